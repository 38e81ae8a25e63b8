"""Mains failure and return (R10): tell it, then sleep until the mains is back."""

import asyncio

import clock
import dates
import hw
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat, follow

_CONFIRM_MS = const(2000)  # a flicker is no failure
_SLEEP_MS = const(1500)  # at a time: the watchdog goes on counting

SCHEMA = {
    "outage": (None, lambda value: type(value) is int),  # local time of a failure not yet followed by its end; 0: unknown
}
_FAILURE = "ALERT! Power supply FAILURE "


class Mains:
    """alert(text): tells the alert numbers; restore(): the socket by POWERSTATE; hibernate(): everything off."""

    def __init__(self, store, modem, keeper, outbox, alert, restore, after_power_loss):
        self._store = store
        self._modem = modem
        self._keeper = keeper
        self._outbox = outbox
        self._alert = alert
        self._restore = restore
        self._pin = hw.input("mains")
        self._wake = Signal()
        self._fitted = store.get("outage") is not None  # a sense wire that was never seen high is not there
        self._back_at = None  # uptime of the return that is not told yet
        if after_power_loss or store.get("outage") is not None:
            self._back_at = clock.uptime()

    def _wanted(self):
        return self._store.get("POWERALERT") == "ON"

    async def run(self):
        """The mains' task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        while True:
            beat("mains")
            if not self._present():
                await self._fail_if_it_lasts()
            elif self._back_at is not None:
                await self._tell_return()
            await self._wake.wait(IDLE_MS if self._back_at is None else 1000)

    def _present(self):
        if self._pin is None:
            return True
        active = self._pin.active()
        if active:
            self._fitted = True
        return active or not self._fitted

    async def _lasts(self, present, ms=_CONFIRM_MS):
        """True when the mains stays as it is for so long."""
        end = clock.ticks_ms()
        while clock.ticks_diff(clock.ticks_ms(), end) < ms:
            await self._wake.wait(ms - clock.ticks_diff(clock.ticks_ms(), end))
            if self._present() != present:
                return False
        return True

    async def _fail_if_it_lasts(self):
        lost_at = clock.now()
        if not await self._lasts(False):
            return
        log("mains: lost")
        self._back_at = None
        if self._store.get("outage") is None:  # else it was told before the board restarted
            self._store.set("outage", lost_at or 0)
            if self._wanted():
                self._alert(_FAILURE + dates.text(lost_at))
            await self._store.save()
        while not await self._back():
            if not self._outbox.pending():
                await self._sleep()
        log("mains: back")
        self._restore()
        self._back_at = clock.uptime()

    async def _back(self):
        """True when the mains has been back for 2 s; takes about a second otherwise."""
        beat("mains")
        if self._present():
            return await self._lasts(True)
        await self._wake.wait(1000)
        return False

    async def _sleep(self):
        """Modem off, board asleep; the return of the mains starts everything anew."""
        log("mains: sleeping until it is back")
        self._keeper.suspended = True
        await self._modem.switch_off()
        while not (self._present() and await self._lasts(True)):
            beat("mains")
            hw.light_sleep(_SLEEP_MS)
            await asyncio.sleep_ms(0)
        hw.reset()

    async def _tell_return(self):
        """The mains is back for good: say so. The outbox puts in the time when it is not known yet."""
        if not await self._lasts(True):
            return
        now = clock.now()
        when = None if now is None else now - (clock.uptime() - self._back_at)
        self._back_at = None
        self._store.set("outage", None)
        if self._wanted():
            self._alert("Power supply restored " + dates.text(when))
        self._store.save_soon()
