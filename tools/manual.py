"""Keeps the README's table of words and the tables of docs/manual.md in step with the command rows.

`uv run python -m tools.manual` rewrites both. What a command does, in words, stands in docs/commands.tsv.
"""

import csv
import json
import re
import subprocess
import sys
from typing import NamedTuple

from tools.simulator.board import firmware

README = firmware.ROOT / "README.md"
MANUAL = firmware.ROOT / "docs" / "manual.md"
WORDS = firmware.ROOT / "docs" / "commands.tsv"
KINDS = ("Ctrl", "Conf", "Inf")
CHAPTERS = {  # module -> its title in the README
    "power": "The socket",
    "security": "Who may text",
    "calls": "Calls",
    "confirm": "Confirmations",
    "temperature": "Thermostat and temperature",
    "date": "Clock",
    "alarms": "Alarm contact",
    "schedule": "Schedule",
    "supply": "Mains",
    "credit": "Credit",
    "device": "Device",
    "selftest": "Self-test",
}
_BLOCK = re.compile(r"(<!-- rows: (\w+) -->\n).*?(<!-- end -->\n)", re.S)
_SCRIPT = """
import sys, json
sys.path[:0] = [sys.argv[1]]
sys.modules['machine'] = type('machine', (), {'reset': None})
import commands
from commands.words import MODULES
found = []
for module, _ in MODULES:
    rows = list(commands.rows_of(module))
    module = {"status": "power"}.get(module, module)  # one chapter
    kept = [row for row in rows if not isinstance(row, commands.Row) and row.factory is not None]
    factory = {row.key: row.converter.show(row.factory) for row in kept if hasattr(row.converter, 'show')}
    for row in rows:
        if isinstance(row, commands.Row):
            found.append((module, row.form, row.kind, row.hint, factory.get(row.form[:-1], '')))
print(json.dumps(found))
"""


class Row(NamedTuple):
    """A command row as the firmware has it."""

    module: str
    form: str
    kind: str
    hint: str
    factory: str

    @property
    def word(self) -> str:
        """The command's word."""
        return self.form.rstrip("=+-?*# ")

    @property
    def shown(self) -> str:
        """As people write it."""
        return self.form.replace("#", "N").rstrip() + ("..." if self.form[-1] in "=+-* " else "")


def rows() -> list[Row]:
    """Every command row, as the firmware's own MicroPython sees them."""
    command = [firmware.micropython(), "-c", _SCRIPT, str(firmware.compiled())]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr + done.stdout)
    return [Row(module, form, KINDS[kind], hint, factory) for module, form, kind, hint, factory in json.loads(done.stdout)]


def explanations() -> dict[str, str]:
    """What each form does."""
    with WORDS.open(newline="") as file:
        return {row["form"]: row["what it does"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def words_table(all_rows) -> str:
    """The README's: the words of each chapter."""
    lines = ["| chapter | words |", "| --- | --- |"]
    for module, title in CHAPTERS.items():
        words = dict.fromkeys(row.word for row in all_rows if row.module == module)
        lines.append(f"| {title} | {' '.join(f'`{word}`' for word in words)} |")
    return "\n".join(lines) + "\n"


def rows_table(all_rows, module) -> str:
    """The manual's: the rows of a module."""
    said = explanations()
    lines = ["| text | kind | takes | what it does |", "| --- | --- | --- | --- |"]
    for row in all_rows:
        if row.module == module:
            takes = row.hint + (f"; factory: {row.factory}" if row.factory and row.form.endswith("=") else "")
            cells = (f"`{row.shown}`", row.kind, takes, said[row.form])
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def rewritten(text: str, all_rows) -> str:
    """A document with the present tables."""

    def table(found):
        begin, name, end = found.groups()
        made = words_table(all_rows) if name == "words" else rows_table(all_rows, name)
        return f"{begin}\n{made}\n{end}"

    return _BLOCK.sub(table, text)


def main() -> int:
    """Rewrite the documents."""
    all_rows = rows()
    for path in (README, MANUAL):
        path.write_text(rewritten(path.read_text(), all_rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
