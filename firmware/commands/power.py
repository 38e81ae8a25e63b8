"""Chapter 2 of SPEC (manual 4.1): the socket. This chapter stays loaded: its commands are to be quick."""

from relay import RESTART, SET
from values import Number

from commands.rows import CTRL, command

RESTARTED = "Power socket restarted"
_LONGEST = Number(1, 65000)


def socket_text(on):
    """`Power socket ON` or `Power socket OFF`."""
    return "Power socket " + ("ON" if on else "OFF")


def _switch(on):
    def act(context):
        context.move((SET, on, 0), on)
        return context.device.thermostat.note(context.store, socket_text(on))

    return act


def _switch_for(on):
    def act(context, seconds):
        context.move((SET, on, seconds), on)
        return context.device.thermostat.note(context.store, "Power %s for %d seconds" % ("ON" if on else "OFF", seconds))

    return act


def _restart(context):
    context.move((RESTART, None, context.store.get("RESTARTTIME")), not context.on)
    return context.device.thermostat.note(context.store, RESTARTED)


ROWS = (
    command("ON", CTRL, _switch(True)),
    command("OFF", CTRL, _switch(False)),
    command("ON#", CTRL, _switch_for(True), _LONGEST),
    command("OFF#", CTRL, _switch_for(False), _LONGEST),
    command("RESTART", CTRL, _restart),
)
