"""The firmware's command rows, as its own MicroPython sees them. Everything that is generated of them asks here."""

import json
import subprocess
from typing import NamedTuple

from tools.simulator.board import firmware

KINDS = ("Ctrl", "Conf", "Inf")
_SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
sys.modules["machine"] = type("machine", (), {"reset": None})
sys.modules["board"] = type("board", (), {"NAME": "", "MCU": "virtual", "PINS": ()})
import settings
from commands import chapters
settings_of = {row[0]: row for row in settings.SETTINGS}
found = []
for word in chapters.words():
    _, factory, kind = settings_of.get(word, (word, None, None))
    for row in chapters.find(word)[0]:
        shown = kind.show(factory) if row.form == word + "=" and hasattr(kind, "show") else ""
        found.append((row.form, row.kind, row.hint, shown))
print(json.dumps(found))
"""


class Row(NamedTuple):
    """A command row as the firmware has it."""

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


def rows(folder=firmware.FIRMWARE) -> list[Row]:
    """Every command row of the firmware in a folder."""
    done = subprocess.run([firmware.micropython(), "-c", _SCRIPT, str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr + done.stdout)
    return [Row(form, KINDS[kind], hint, factory) for form, kind, hint, factory in json.loads(done.stdout)]
