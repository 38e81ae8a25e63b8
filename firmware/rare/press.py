"""What a press of the button does (R13): short toggles (or disables the alarm), held for 10 s it erases everything."""

import asyncio

import app
import clock
from events import leds_changed, restart
from log import log
from micropython import const
from tasks import beat

_DEBOUNCE_MS = const(30)
_HOLD_MS = const(10000)


async def held(button):
    """The button is down: wait until it is let go, and act."""
    await asyncio.sleep_ms(_DEBOUNCE_MS)
    if not button.pin.active():
        return
    start = clock.ticks_ms()
    while not await _released(button):
        beat("button")
        if not button.erasing and clock.ticks_diff(clock.ticks_ms(), start) >= _HOLD_MS - _DEBOUNCE_MS:
            log("button: held, erases on release")
            button.erasing = True  # POWER and OUT blink together
            leds_changed()
    if button.erasing:
        await _erase()
    else:
        _press()


async def _released(button):
    """True once the button is up for 30 ms; looks again after a second at the latest."""
    await button.wake.wait(1000)
    if button.pin.active():
        return False
    await asyncio.sleep_ms(_DEBOUNCE_MS)
    return not button.pin.active()


def _press():
    """The alarm off, else the socket toggled (R13.1)."""
    if app.alarm.enabled():
        log("button: alarm off")
        app.alarm.enable(False)
        app.store.save_soon()
    else:
        app.relay.switch(not app.relay.on, "button")
        app.relay.local()


async def _erase():
    """Back to the factory: everything is forgotten, in both generations of the store, and the board restarts."""
    log("factory reset")
    app.store.erase()
    await app.store.save()
    app.store.dirty = True  # the older generation must not come back
    await app.store.save()
    restart()
