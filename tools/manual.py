"""Keeps the tables of the manuals and the command cards in step with the command rows: `uv run python -m tools.manual`.

What a command does, in English and German, stands in docs/commands.tsv; the manuals' chapters are here.
"""

import csv
import re
import sys
from typing import NamedTuple

from tools import card
from tools.rows import rows
from tools.simulator.board import firmware

DOCS = firmware.ROOT / "docs"
README = firmware.ROOT / "README.md"
WORDS = DOCS / "commands.tsv"
CHAPTERS = (  # name, English, German, words
    ("power", "The socket", "Die Steckdose", "ON OFF RESTART RESTARTTIME STATUS TEMPERATURE RUNTIME"),
    ("security", "Who may text", "Wer darf", "MAKEMEBOSS SECNUMBER SECLIST PASSWORD ALERTME ALERTNUMBER"),
    ("calls", "Calls", "Anrufe", "RING RINGCONFIRM"),
    ("confirm", "Confirmations", "Bestätigungen", "SMSCONFIRM ERROR SMSCONFIRMUNAUTH SMSLIMIT"),
    (
        "thermostat", "Thermostat", "Thermostat",
        "THERMOSTATON THERMOSTATOFF THERMOSTAT SWITCHOFFTEMP SWITCHOFFALERT HYSTERESIS MINCYCLE SENSORFAIL",
    ),
    (
        "temperature", "Temperature", "Temperatur",
        "TRISEALERT TFALLALERT TFASTALERT FROSTGUARD TSENSFAILALERT TEMPOFFSET MINMAX",
    ),
    ("date", "Clock", "Uhr", "DATESMS DATE"),
    ("alarms", "Alarm contact", "Alarmkontakt", "ALARMON ALARMOFF ALARM SENSORTYPE ALERT RELAYTIME SHOWALARMLOG"),
    ("schedule", "Schedule", "Zeitplan", "SCHEDULER"),
    ("supply", "Mains", "Netz", "POWERALERT POWERSTATE POWERDELAY"),
    ("credit", "Credit", "Guthaben", "CREDITUMS CREDIT SIMCARD KEEPALIVE FORWARD"),
    ("device", "Device", "Gerät", "HELP ID HEARTBEAT DIAG SELFTEST HARDWARE SERIALNUM FIRMWARE REBOOT"),
)  # fmt: skip
_BLOCK = re.compile(r"(<!-- rows: (\w+) -->\n).*?(<!-- end -->\n)", re.S)


class Tongue(NamedTuple):
    """A language of the documents."""

    column: str  # of commands.tsv
    title: int  # of a chapter's row
    head: tuple
    factory: str
    phrases: tuple  # (what a hint says in English, what here)

    def takes(self, text) -> str:
        """A hint of the firmware in this language."""
        for english, here in self.phrases:
            text = text.replace(english, here)
        return text


ENGLISH = Tongue("what it does", 1, ("text", "kind", "takes", "what it does"), "factory", ())
GERMAN = Tongue(
    "was er tut", 2, ("SMS", "Art", "Werte", "was er tut"), "ab Werk",
    (
        ("a number of the list, or ALL", "eine Nummer der Liste, oder ALL"),
        ("hh:mm of a rule, or ALL", "hh:mm einer Regel, oder ALL"),
        ("5 letters or digits, or NO", "5 Buchstaben oder Ziffern, oder NO"),
        ("up to 15 digits", "bis zu 15 Ziffern"), ("up to 20 characters", "bis zu 20 Zeichen"),
        (" or ", " oder "), (" seconds", " Sekunden"), (" days", " Tage"), (" messages", " SMS"),
        ("yy/mm/dd,hh:mm:ss+zz", "jj/mm/tt,hh:mm:ss+zz"), ("COMMAND", "BEFEHL"),
    ),
)  # fmt: skip
MANUALS = ((DOCS / "manual.md", ENGLISH), (DOCS / "de" / "handbuch.md", GERMAN))
CARDS = ((DOCS / "card.html", ENGLISH, card.ENGLISH), (DOCS / "de" / "karte.html", GERMAN, card.GERMAN))


def explanations(tongue=ENGLISH) -> dict[str, str]:
    """What each form does."""
    with WORDS.open(newline="") as file:
        return {row["form"]: row[tongue.column] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def of_chapter(all_rows, words):
    """The rows of a chapter, in the order of its words."""
    return [row for word in words.split(" ") for row in all_rows if row.word == word]


def table(all_rows, words, tongue) -> str:
    """A chapter's table."""
    said = explanations(tongue)
    lines = ["| " + " | ".join(tongue.head) + " |", "| --- | --- | --- | --- |"]
    for row in of_chapter(all_rows, words):
        takes = tongue.takes(row.hint + (f"; {tongue.factory}: {row.factory}" if row.factory else ""))
        cells = (f"`{row.shown}`", row.kind, takes, said[row.form])
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def rewritten(text: str, all_rows, tongue=ENGLISH) -> str:
    """A document with the present tables."""
    words_of = {row[0]: row[3] for row in CHAPTERS}
    return _BLOCK.sub(lambda found: f"{found[1]}\n{table(all_rows, words_of[found[2]], tongue)}\n{found[3]}", text)


def card_of(all_rows, tongue, words) -> str:
    """The command card: a printed page."""
    said = explanations(tongue)
    chapters = []
    for chapter in CHAPTERS:
        rows_ = [row for row in of_chapter(all_rows, chapter[3]) if not row.form.endswith("?") or row.word == "ALARM"]
        chapters.append((chapter[tongue.title], [(row.shown, tongue.takes(row.hint), said[row.form]) for row in rows_]))
    return card.page(chapters, words)


def made(all_rows):
    """(path, text) of everything that is generated."""
    for path, tongue in MANUALS:
        yield path, rewritten(path.read_text(), all_rows, tongue)
    for path, tongue, words in CARDS:
        yield path, card_of(all_rows, tongue, words)


def main() -> int:
    """Rewrite the documents; a folder with another firmware may be named."""
    for path, text in list(made(rows(*sys.argv[1:2]))):
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
