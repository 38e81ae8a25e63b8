"""Chapter 8 of SPEC (manual 9): the alarm input."""

import app
import dates

from commands.args import BadValue, Number
from commands.rows import CTRL, INF, command
from commands.settings import Choice, setting


class RelayTime:
    """`ON`, `ON60`, `OFF`, `OFF60` or `0`; up to 65000 seconds. Kept as text."""

    hint = "ON,ON1..ON65000,OFF,OFF1..OFF65000,0"
    _seconds = Number(1, 65000)

    def parse(self, text):
        """The text, tidied."""
        text = text.upper()
        word = text.rstrip("0123456789")
        if text == "0" or (word == text and word in ("ON", "OFF")):
            return text
        if word not in ("ON", "OFF"):
            raise BadValue(self.hint)
        try:
            return "%s%d" % (word, self._seconds.parse(text[len(word) :]))
        except BadValue:
            raise BadValue(self.hint)

    def ok(self, value):
        """True for a text that parses to itself."""
        try:
            return self.parse(value) == value
        except BadValue:
            return False

    def show(self, value):
        """As it is."""
        return value


def _function():
    return "ALARM function: " + ("Enabled" if app.alarm.enabled() else "Disabled")


def _on(context):
    app.alarm.enable(True)
    return "ALARMON - OK\n" + _function() + ("\nSensor is active now!" if app.alarm.active else "")


def _off(context):
    app.alarm.enable(False)
    return "ALARMOFF - OK\n" + _function()


def _state(context):
    status = "Active" if app.alarm.active else "No activity"
    return "%s\nSensor(s): %s\nALARM status: %s" % (_function(), _sensor(), status)


def _sensor():
    """`Connected`, `Not connected`, or `Not monitored` on a board without jack detection."""
    jack = app.alarm.jack
    if jack is None:
        return "Not monitored"
    return "Connected" if jack.active() else "Not connected"


def _log(context):
    """The last 10 activations, newest first."""
    rows = context.store.get("alarmlog")
    return "\n".join([dates.text(row or None) for row in reversed(rows)]) or "ALARM log is empty"


def _look_again(value):
    app.alarm.wake()


ROWS = (
    setting("SENSORTYPE", Choice("NO", "NC"), "NO", _look_again),
    setting("ALERT", Choice("SMS", "CALL", "SMSCHANGE", "OFF"), "SMS", _look_again),
    setting("RELAYTIME", RelayTime(), "0"),
    command("ALARMON", CTRL, _on),
    command("ALARMOFF", CTRL, _off),
    command("ALARM?", INF, _state),
    command("SHOWALARMLOG", CTRL, _log, always=True),
)
