"""Chapter 12 of SPEC (manual 13), HELP and REBOOT (R20.2, R20.15)."""

import sys

import hw
from values import BadValue

from commands.chapters import find, words
from commands.rows import CTRL, INF, command

VERSION = "v1.0.0"


class _Word:
    """The word of a command."""

    hint = "COMMAND"

    def parse(self, text):
        """In capitals."""
        if not text:
            raise BadValue(self.hint)
        return text.upper()


def python_version():
    """`1.25.0`, of MicroPython."""
    return ".".join([str(number) for number in sys.implementation[1][:3]])


def _reboot(context):
    context.restart = True


def _words(context):
    """The words of all commands (R20.2)."""
    return " ".join(sorted(words()))


def _forms(context, word):
    """The forms of one command, with what they take."""
    rows, _ = find(word)
    if not rows:
        raise BadValue("HELP")
    return "\n".join([row.form.replace("#", "").rstrip() + row.hint for row in sorted(rows, key=lambda row: row.form)])


def _local_serial(context):
    return "S/N: " + hw.unique_id()


ROWS = (
    command("HARDWARE", CTRL, lambda context: "TextSocket " + hw.NAME, always=True),
    command("SERIALNUM", CTRL, _local_serial, always=True),
    command("FIRMWARE", CTRL, lambda context: VERSION, always=True),
    command("HELP", INF, _words),
    command("HELP ", INF, _forms, _Word()),
    command("REBOOT", CTRL, _reboot),
)
