"""Keeps the README's command table in step with the command rows. `uv run python -m tools.readme` rewrites it."""

import json
import subprocess
import sys

from tools.simulator import firmware

README = firmware.ROOT / "README.md"
BEGIN = "<!-- commands: made from the command rows by `uv run python -m tools.readme` -->\n"
END = "<!-- end of commands -->\n"
_SCRIPT = """
import sys, json
sys.path[:0] = [sys.argv[1]]
sys.modules['machine'] = type('machine', (), {'reset': None})
import commands
print(json.dumps([(row.form, row.kind, row.hint) for row in commands.all_rows()]))
"""


def rows() -> list:
    """[(form, kind, hint)] of every command row, as the firmware's own MicroPython sees them."""
    command = [firmware.micropython(), "-c", _SCRIPT, str(firmware.compiled())]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr + done.stdout)
    return json.loads(done.stdout)


def table() -> str:
    """The table in Markdown."""
    lines = ["| text | kind | takes |", "| --- | --- | --- |"]
    for form, kind, hint in sorted(rows()):
        shown = form.replace("#", "N").rstrip() + ("..." if form[-1] in "=+-* " else "")
        takes = hint.replace("|", "\\|")
        lines.append(f"| `{shown}` | {('Ctrl', 'Conf', 'Inf')[kind]} | {takes} |")
    return "\n".join(lines) + "\n"


def rewritten(text: str) -> str:
    """The README with the present table."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return before + BEGIN + "\n" + table() + "\n" + END + after


def main() -> int:
    """Rewrite the README."""
    README.write_text(rewritten(README.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
