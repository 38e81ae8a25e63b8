"""Chapter 2 of SPEC (manual 4.1): the socket. This module stays loaded: its commands are to be quick."""

import app

from commands.args import Number
from commands.rows import CTRL, command

RESTARTED = "Power socket restarted"
_LONGEST = Number(1, 65000)


def socket_text(on):
    """`Power socket ON` or `Power socket OFF`."""
    return "Power socket " + ("ON" if on else "OFF")


def _cause(context):
    return "command from " + (context.message.sender or "withheld")


def _switch(on):
    def act(context):
        app.relay.switch(on, _cause(context))
        return app.thermostat.note(socket_text(on))

    return act


def _switch_for(on):
    def act(context, seconds):
        app.relay.switch_for(on, seconds, _cause(context))
        return app.thermostat.note("Power %s for %d seconds" % ("ON" if on else "OFF", seconds))

    return act


def _restart(context):
    app.relay.restart(context.store.get("RESTARTTIME"), _cause(context))
    return app.thermostat.note(RESTARTED)


ROWS = (
    command("ON", CTRL, _switch(True)),
    command("OFF", CTRL, _switch(False)),
    command("ON#", CTRL, _switch_for(True), _LONGEST),
    command("OFF#", CTRL, _switch_for(False), _LONGEST),
    command("RESTART", CTRL, _restart),
)
