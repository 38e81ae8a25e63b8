"""Writes the versions of everything that is installed into pyproject.toml: `uv run python -m tools.pins` after a change there.

Without the addresses that uv.lock holds: each machine fetches from where it is set up to.
"""

import re
import subprocess

from tools.simulator.board.firmware import ROOT

PROJECT = ROOT / "pyproject.toml"
_BLOCK = re.compile(r"constraint-dependencies = \[\n.*?^\]", re.S | re.M)


def resolved() -> list[str]:
    """name==version of every package of every group, with the condition where a name comes twice."""
    command = "uv export --quiet --all-groups --no-hashes --no-emit-project --no-annotate --no-header"
    lines = subprocess.run(command.split(), cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    names = [line.partition("==")[0] for line in lines]
    return [line if names.count(line.partition("==")[0]) > 1 else line.partition(" ;")[0] for line in lines]


def main():
    """Resolve without the present pins, then write the new ones."""
    text = PROJECT.read_text()
    PROJECT.write_text(_BLOCK.sub("constraint-dependencies = [\n]", text))
    rows = "".join(f'    "{row}",\n' for row in resolved())
    PROJECT.write_text(_BLOCK.sub(lambda _: "constraint-dependencies = [\n" + rows + "]", text))


if __name__ == "__main__":
    main()
