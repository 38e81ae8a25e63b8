"""The mains (R10): its failure and return are told; without it the board sleeps on its cell, modem off, once that is out.

A mains pin is believed once it has been high for 10 s on end: an open or floating one puts nothing to sleep. A board that
sleeps looks at its messages once an hour all the same.
"""

import asyncio

import clock
import hw
from log import log
from micropython import const
from relay import by_power_state
from tasks import IDLE_MS, Signal, beat, follow

_BELIEVE_S = const(10)
_CONFIRM_S = const(2)  # a flicker is no return
_HOUR_S = const(3600)
_CLOCK_S = const(60)  # so long a return without a failure waits for the time that tells when the last one was
_SLICES = const(7200)  # of sleep, half a second each
_AWAKE_S = const(180)  # the hourly look takes no longer
_TELL_S = const(3600)  # in a network that is there the failure's message is waited for so long


def length_text(seconds):
    """`45 s`, `5 min`, `2 h 5 min`, `3 d 4 h`."""
    minutes, hours = seconds // 60 % 60, seconds // 3600 % 24
    if seconds < 60:
        return "%d s" % seconds
    if seconds < 3600:
        return "%d min" % minutes
    if seconds < 86400:
        return "%d h %d min" % (hours, minutes) if minutes else "%d h" % hours
    return "%d d %d h" % (seconds // 86400, hours) if hours else "%d d" % (seconds // 86400)


class Mains:
    """The wire that senses the mains. restart(why): coroutine that restarts the board."""

    def __init__(self, store, relay, outbox, keeper, modem, power_lost):
        self._store = store
        self._relay = relay
        self._outbox = outbox
        self._keeper = keeper
        self._modem = modem
        self._pin = hw.input("mains")
        self._wake = Signal()
        self._high_since = 0  # uptime since when the pin is high without an edge
        self._back_at = None  # uptime of the return that is not told yet
        self.restart = None
        self.quiet = lambda: True
        if power_lost:
            self._back_at = clock.uptime()

    def _believed(self):
        return self._store.get("mains") == 1

    def present(self):
        """True while there is mains, or no wire to sense it that could be believed."""
        return self._pin is None or not self._believed() or self._pin.active()

    async def run(self):
        """The mains' task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        woken = True
        while True:
            if self._pin and not self._believed():
                self._believe(woken)
            if not self.present():
                await self._fail_if_it_lasts()
            elif self._back_at is not None:
                await self._tell_return()
            beat("mains")
            waits = self._back_at is not None or self._pin and not self._believed() and self._pin.active()
            woken = await self._wake.wait(1000 if waits else IDLE_MS)

    def _believe(self, edge):
        """Believe the pin once it has been high without an edge for 10 s (R10.3)."""
        if edge or not self._pin.active():
            self._high_since = clock.uptime()
        elif clock.uptime() - self._high_since >= _BELIEVE_S:
            log("mains: sensed")
            self._store.set("mains", 1)
            self._store.save_soon()

    async def _stays(self, level, seconds=_CONFIRM_S):
        """True when the pin stays at its level for so long."""
        start = clock.ticks_ms()
        while True:
            if self._pin.active() != level:
                return False
            left = seconds * 1000 - clock.ticks_diff(clock.ticks_ms(), start)
            if left <= 0:
                return True
            beat("mains")
            await self._wake.wait(min(left, IDLE_MS))

    # -- failure -------------------------------------------------------------------------------------------------

    async def _fail_if_it_lasts(self):
        """The mains has gone: unless it flickers, note since when, tell it after POWERDELAY, sleep once that is out, and go on
        when it is back."""
        lost_at = clock.uptime()
        if not await self._stays(False):
            return
        log("mains: lost")
        self._back_at = None
        store, utc = self._store, clock.utc()
        if store.get("outage") is None:  # else it began before the board restarted
            store.set("outage", utc - clock.uptime() + lost_at if utc is not None else 0)
        elif store.get("outage") and utc is not None:
            lost_at = min(lost_at, clock.uptime() - utc + store.get("outage"))
        store.save_soon()
        waited = 0
        while not await self._returns(1000):
            beat("mains")
            if not store.get("outage_told"):
                self._tell_failure(lost_at)
                continue
            waited += self._modem.registered
            if not self._outbox.pending() or waited > _TELL_S:
                await self._sleep()
        log("mains: back")
        on = by_power_state(store.get("relay") == 1, store.get("POWERSTATE"))
        self._relay.switch(on and not store.get("thermostat"), "mains back")
        if store.get("outage_told"):
            self._back_at = clock.uptime()
        else:
            store.set("outage", None)
            store.save_soon()

    def _tell_failure(self, lost_at):
        """Once the mains has been away for POWERDELAY."""
        store = self._store
        if clock.uptime() - lost_at < store.get("POWERDELAY"):
            return
        store.set("outage_told", 1)
        if store.get("POWERALERT") == "ON":
            self._outbox.alert("mains", "ALERT! Power supply FAILURE %t", born=lost_at)
        store.save_soon()

    async def _returns(self, ms):
        """True when the mains has been back for 2 s; waits for it as long as `ms` otherwise."""
        if self._pin.active() and await self._stays(True):
            return True
        await self._wake.wait(ms)
        return False

    async def _sleep(self):
        """Modem off, board asleep; the return of the mains starts everything anew."""
        await asyncio.sleep(5)  # what was answered is deleted
        log("mains: sleeping until it is back")
        while True:
            self._keeper.suspended = True
            await self._modem.switch_off()
            if await self._asleep() or await self._look():
                break
        await self.restart("mains back")

    async def _asleep(self):
        """Sleep for an hour. True when the mains is back."""
        for _ in range(_SLICES):
            if self._pin.active() and await self._stays(True):
                return True
            beat("mains")
            hw.light_sleep()
            await asyncio.sleep_ms(0)
        return False

    async def _look(self):
        """Modem on, until messages and alerts are through. True when the mains is back."""
        log("mains: awake for a look at the messages")
        self._keeper.suspended = False
        self._modem.kick.set()
        end = clock.uptime() + _AWAKE_S
        quiet_since = None
        while clock.uptime() < end:
            beat("mains")
            if await self._returns(1000):
                return True
            busy = not (self._modem.ready and self._modem.registered and self.quiet()) or self._outbox.pending()
            quiet_since = None if busy else quiet_since if quiet_since is not None else clock.uptime()
            if quiet_since is not None and clock.uptime() - quiet_since >= 20:
                break
        return False

    # -- return --------------------------------------------------------------------------------------------------

    async def _tell_return(self):
        """The mains is back for good: say so. Without a failure before it at most once an hour by the clock (brown-outs)."""
        if self._pin and self._believed() and not await self._stays(True, self._store.get("POWERDELAY")):
            return
        store, failed = self._store, self._store.get("outage") is not None
        if self._waits_for_clock(failed):
            return
        utc = clock.utc()
        often = utc is not None and 0 <= utc - store.get("restored") < _HOUR_S
        told = None
        if store.get("POWERALERT") == "ON" and (failed or not often):
            told = self._outbox.alert("mains", "Power supply restored %t" + self._length(utc), born=self._back_at)
        self._back_at = None
        store.set("outage", None)
        store.set("outage_told", 0)
        if told and utc is not None:
            store.set("restored", utc)
        store.save_soon()

    def _waits_for_clock(self, failed):
        """For the time tells how long it was away, or when the last one was; without network there is no hurry."""
        if clock.source is not None or failed and not self._store.get("outage"):
            return False
        return clock.uptime() - self._back_at < _CLOCK_S or failed and not self._modem.registered

    def _length(self, utc):
        """` after 2 h 5 min`, how long the outage was, where that is known (R20.8)."""
        since = self._store.get("outage")
        if not since or utc is None:
            return ""
        length = utc - clock.uptime() + self._back_at - since
        return " after " + length_text(length) if 0 <= length < 400 * 86400 else ""
