"""Watches the mains (R10); what its failure and return mean is in rare/outage.py."""

import asyncio

import clock
import hw
from rare import borrow
from tasks import IDLE_MS, Signal, beat, follow


class Mains:
    """The wire that senses the mains."""

    def __init__(self, store, after_power_loss):
        self._store = store
        self._pin = hw.input("mains")
        self.wake = Signal()
        self._fitted = store.get("outage") is not None  # a sense wire that was never seen high is not there
        self.back_at = None  # uptime of the return that is not told yet
        if after_power_loss or store.get("outage") is not None:
            self.back_at = clock.uptime()

    async def run(self):
        """The mains' task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self.wake))
        while True:
            beat("mains")
            if not self.present():
                await borrow("rare.outage").fail_if_it_lasts(self)
            elif self.back_at is not None:
                await borrow("rare.outage").tell_return(self)
            await self.wake.wait(IDLE_MS if self.back_at is None else 1000)

    def present(self):
        """True while there is mains, or no wire to sense it."""
        if self._pin is None:
            return True
        active = self._pin.active()
        if active:
            self._fitted = True
        return active or not self._fitted
