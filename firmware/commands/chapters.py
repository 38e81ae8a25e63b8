"""Which file has which words. Chapters other than the switching one are loaded for the text that names a word of theirs; a
plain setting is a row of settings.py."""

from loading import once

from commands import power
from commands.rows import Row, setting

CHAPTERS = (
    ("power", "ON OFF RESTART"),
    ("status", "STATUS TEMPERATURE RUNTIME"),
    ("security", "MAKEMEBOSS SECNUMBER SECLIST PASSWORD ALERTME ALERTNUMBER RING"),
    ("temperature", "THERMOSTATON THERMOSTATOFF THERMOSTAT SWITCHOFFTEMP TRISEALERT TFALLALERT"),
    ("date", "DATESMS DATE"),
    ("contact", "ALARMON ALARMOFF ALARM SHOWALARMLOG"),
    ("schedule", "SCHEDULER"),
    ("credit", "CREDITUMS CREDIT SIMCARD"),
    ("about", "HARDWARE SERIALNUM FIRMWARE HELP REBOOT"),
    ("measures", "MINMAX DIAG"),
    ("selftest", "SELFTEST"),
)


def load(name):
    """The rows of a chapter."""
    return list(flat(power.ROWS if name == "power" else once("commands." + name).ROWS))


def flat(rows):
    """`setting` makes two rows of one."""
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            yield from row


def word_of(form):
    """The word of a form."""
    return form.rstrip("=+-?*# ")


def find(word):
    """(the command rows of a word, the known words): none when there is no such word, and the words only then."""
    for name, known in CHAPTERS:
        if word in known.split(" "):
            return [row for row in load(name) if word_of(row.form) == word], ()
    settings = once("settings")
    row = settings.row_of(word)
    return (setting(row), ()) if row else ([], words(settings))


def words(settings=None):
    """All of them."""
    known = " ".join([line for _, line in CHAPTERS]).split(" ")
    return known + [row[0] for row in (settings or once("settings")).SETTINGS if row[0] not in known]
