"""Chapter 2 of SPEC (manual 4.1): STATUS, TEMPERATURE, RUNTIME (R2.4, R6.2)."""

import clock
import dates

from commands.rows import CTRL, command


async def _status(context):
    await context.device.sensors.refresh()
    return context.device.status(context.on, context.store)


async def _temperature(context):
    await context.device.sensors.refresh()
    return "TEMPERATURE: " + context.device.sensors.text()


def _runtime(context):
    relay = context.device.relay
    if not context.on:
        return "Power socket is OFF"
    now = clock.now()
    return "Power socket is ON from: " + dates.text(now and now - (clock.uptime() - relay.on_since))


ROWS = (
    command("STATUS", CTRL, _status, always=True),
    command("TEMPERATURE", CTRL, _temperature, always=True),
    command("RUNTIME", CTRL, _runtime, always=True),
)
