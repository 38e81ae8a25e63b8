"""Chapter 2 of SPEC (manual 4.1): the socket, STATUS, RUNTIME."""

import app
import clock
import dates

from commands.args import Number
from commands.rows import CTRL, command, setting

RESTARTED = "Power socket restarted"
_LONGEST = Number(1, 65000)
_SIGNAL = ((-65, "Excellent"), (-79, "Good"), (-93, "Fair"))


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


async def _temperature(context):
    await app.sensors.refresh()
    return "TEMPERATURE: " + app.sensors.text()


def _runtime(context):
    relay = app.relay
    if not relay.on:
        return "Power socket is OFF"
    now = clock.now()
    return "Power socket is ON from: " + dates.text(now and now - (clock.uptime() - relay.on_since))


def signal_text(rssi):
    """`Good (-67dBm)` of an RSSI 0..31; `Unknown` of None (R2.4)."""
    if rssi is None:
        return "Unknown"
    dbm = 2 * rssi - 113  # 27.007
    words = [word for least, word in _SIGNAL if dbm >= least] + ["Weak"]
    return "%s (%ddBm)" % (words[0], dbm)


async def status(context=None):
    """The six lines of STATUS (R2.4)."""
    await app.sensors.refresh()
    lines = (
        socket_text(app.relay.on),
        "Signal: " + signal_text(app.modem.rssi),
        "TEMP: " + app.sensors.text(),
        "ALARMF: " + ("Enabled" if app.alarm.enabled() else "Disabled"),
        "ALARM status: " + ("Active" if app.alarm.active else "No act"),
        "Time: " + dates.text(clock.now()),
    )
    return "\n".join(lines)


ROWS = (
    command("ON", CTRL, _switch(True)),
    command("OFF", CTRL, _switch(False)),
    command("ON#", CTRL, _switch_for(True), _LONGEST),
    command("OFF#", CTRL, _switch_for(False), _LONGEST),
    command("RESTART", CTRL, _restart),
    setting("RESTARTTIME", Number(1, 600, " seconds"), 10),
    command("STATUS", CTRL, status, always=True),
    command("TEMPERATURE", CTRL, _temperature, always=True),
    command("RUNTIME", CTRL, _runtime, always=True),
)
