"""Chapter 2 of SPEC (manual 4.1): STATUS, RUNTIME, RESTARTTIME; and TEMPERATURE (R6.2)."""

import app
import clock
import dates

from commands.args import Number
from commands.power import socket_text
from commands.rows import CTRL, command
from commands.settings import setting

_SIGNAL = ((-65, "Excellent"), (-79, "Good"), (-93, "Fair"))


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
    setting("RESTARTTIME", Number(1, 600, " seconds"), 10),
    command("STATUS", CTRL, status, always=True),
    command("TEMPERATURE", CTRL, _temperature, always=True),
    command("RUNTIME", CTRL, _runtime, always=True),
)
