"""The mains relay: the only owner of its pin (R2). It moves for a cause that is in the log, and only after the commit.

Two steps: `switch`, `switch_for` and `restart` plan a move and change the store; `apply` moves. A message's commit comes
in between; local causes (button, alarm, thermostat) apply at once and save afterwards.
"""

import clock
import hw
from log import log
from tasks import IDLE_MS, Signal, beat


class Relay:
    """The socket. `changed` is set for the LEDs at every move."""

    def __init__(self, store, changed):
        self._store = store
        self._pin = hw.output("relay")
        self._changed = changed
        self._on = False
        self.plan = None  # (on, seconds or 0, cause)
        self._left_ms = 0  # of a timed state; 0: none
        self._mark = 0  # ticks when `_left_ms` was counted
        self._wake = Signal()
        self._since = 0  # uptime of the latest switching on

    @property
    def on(self):
        """The socket's state, as planned if a move is planned."""
        return self.plan[0] if self.plan else self._on

    @property
    def on_since(self):
        """Uptime at which the socket went on."""
        return self._since if self._on else clock.uptime()

    @property
    def timed(self):
        """True while a timed state runs."""
        return self._left_ms > 0

    def switch(self, on, cause, lazy=False):
        """Plan: on or off for good. Cancels a running time. lazy: not worth a flash write of its own (the thermostat decides
        anew after a restart)."""
        self._set_plan(on, 0, cause, on, lazy)

    def switch_for(self, on, seconds, cause):
        """Plan: on or off for 1..65000 seconds, then the opposite (R2.1)."""
        self._set_plan(on, seconds, cause, not on)

    def restart(self, seconds, cause):
        """Plan: the opposite state for `seconds`, and back."""
        self.switch_for(not self.on, seconds, cause)

    def _set_plan(self, on, seconds, cause, end, lazy=False):
        self.plan = (bool(on), seconds, cause)
        self._store.set("relay", int(end), lazy)
        self._store.set("run", [int(on), seconds] if seconds else None)

    def apply(self):
        """Move as planned. A timed state is now begun: the store must be committed again."""
        if self.plan is None:
            return
        on, seconds, cause = self.plan
        self.plan = None
        self._move(on, cause + (" for %d s" % seconds if seconds else ""))
        self._left_ms = seconds * 1000
        self._mark = clock.ticks_ms()
        self._store.set("run", None)
        self._wake.set()

    def local(self):
        """Move as planned now and save in the background: for causes that are no message."""
        self.apply()
        self._store.save_soon()

    def _move(self, on, cause):
        self._pin.set(on)
        log("socket", "ON" if on else "OFF", "-", cause)
        if on and not self._on:
            self._since = clock.uptime()
        self._on = on
        self._changed()

    async def run(self):
        """The relay's task: ends timed states, exact to the millisecond at any length."""
        while True:
            beat("relay")
            await self._wake.wait(min(self._left_ms, IDLE_MS) or IDLE_MS)
            if self._left_ms:
                now = clock.ticks_ms()
                self._left_ms -= clock.ticks_diff(now, self._mark)
                self._mark = now
                if self._left_ms <= 0:
                    self._left_ms = 0
                    self._move(not self._on, "time is over")
