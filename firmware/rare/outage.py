"""Mains failure and return (R10): tell it, then sleep until the mains is back."""

import asyncio

import app
import clock
import dates
import hw
from log import log
from micropython import const
from tasks import beat

from rare.alerts import alert
from rare.modem_power import switch_off
from rare.restore import after_power_loss

_CONFIRM_MS = const(2000)  # a flicker is no failure
_SLEEP_MS = const(1500)  # at a time: the watchdog goes on counting


async def _lasts(mains, present, ms=_CONFIRM_MS):
    """True when the mains stays as it is for so long."""
    end = clock.ticks_ms()
    while clock.ticks_diff(clock.ticks_ms(), end) < ms:
        await mains.wake.wait(ms - clock.ticks_diff(clock.ticks_ms(), end))
        if mains.present() != present:
            return False
    return True


async def fail_if_it_lasts(mains):
    """The mains has gone: unless it flickers, tell it, sleep once that is out, and go on when it is back."""
    lost_at = clock.now()
    if not await _lasts(mains, False):
        return
    log("mains: lost")
    mains.back_at = None
    if app.store.get("outage") is None:  # else it was told before the board restarted
        app.store.set("outage", lost_at or 0)
        if app.store.get("POWERALERT") == "ON":
            alert("ALERT! Power supply FAILURE " + dates.text(lost_at))
        await app.store.save()
    while not await _back(mains):
        if not app.outbox.pending():
            await _sleep(mains)
    log("mains: back")
    _restore_socket(app.store)
    mains.back_at = clock.uptime()


def _restore_socket(store):
    """The socket by POWERSTATE; a time that was running has ended (R2.2)."""
    app.relay.switch(after_power_loss(store.get("relay") == 1, store.get("POWERSTATE")), "mains back")
    app.relay.local()


async def _back(mains):
    """True when the mains has been back for 2 s; takes about a second otherwise."""
    beat("mains")
    if mains.present():
        return await _lasts(mains, True)
    await mains.wake.wait(1000)
    return False


async def _sleep(mains):
    """Modem off, board asleep; the return of the mains starts everything anew."""
    log("mains: sleeping until it is back")
    app.keeper.suspended = True
    await switch_off(app.modem)
    while not (mains.present() and await _lasts(mains, True)):
        beat("mains")
        hw.light_sleep(_SLEEP_MS)
        await asyncio.sleep_ms(0)
    hw.reset()


async def tell_return(mains):
    """The mains is back for good: say so. The outbox puts in the time when it is not known yet."""
    if not await _lasts(mains, True):
        return
    now = clock.now()
    when = None if now is None else now - (clock.uptime() - mains.back_at)
    mains.back_at = None
    app.store.set("outage", None)
    if app.store.get("POWERALERT") == "ON":
        alert("Power supply restored " + dates.text(when))
    app.store.save_soon()
