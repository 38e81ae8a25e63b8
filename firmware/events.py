"""Who tells whom: what one part's news means to the others; rare/build.py connects them."""

import app
import hw
from log import log
from rare import borrow


async def sweep(lost):
    """Look for messages whose notice was lost; with `lost`, when something is known to be, for calls too (they ring on)."""
    await app.inbox.sweep()
    if lost:
        await borrow("rare.call").sweep(app.calls)


def leds_changed():
    """Something that the LEDs show has changed."""
    if app.leds:
        app.leds.changed()


def led_state():
    """What the LEDs show (R14.1)."""
    modem = app.modem
    sim = modem.sim in ("missing", "pin", "puk", "broken")
    return {
        "erasing": app.button.erasing,
        "sim": sim,
        "fault": sim or modem.faulty,
        "alarm": app.alarm.enabled(),
        "active": app.alarm.enabled() and app.alarm.active,
        "on": app.relay.on,
        "registered": modem.alive and modem.registered,
    }


def healthy():
    """The modem has been well for an hour: the next silence counts from the beginning."""
    app.store.set("resets", 0, lazy=True)


def restart():
    """Restart the board."""
    log("restart")
    hw.reset()
