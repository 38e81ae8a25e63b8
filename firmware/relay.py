"""The mains relay: the only owner of its pin (R2). It moves for a cause that is in the log.

A move is (kind, on, seconds): SET on or off, for good (0 s) or for a time after which the opposite follows, or RESTART, the
opposite for a time and back. A message's move is planned in its transaction and carried out behind its commit; what happens on
the spot (button, alarm, thermostat, rules, calls) moves at once and saves afterwards.
"""

import clock
import hw
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat

SET = const(0)
RESTART = const(1)


def by_power_state(remembered, power_state):
    """The state of the socket by POWERSTATE once the mains is back (R10.2)."""
    return remembered if power_state == "REMEMBER" else power_state == "ON"


def end_of(move, remembered):
    """The state that a move leaves for a restart to restore: the one in which a running time would have ended (R2.2)."""
    kind, on, seconds = move
    if kind == RESTART:
        return remembered
    return not on if seconds else on


class Relay:
    """The socket. `changed` is called for the LEDs at every move."""

    def __init__(self, store):
        self._store = store
        self._pin = hw.output("relay")
        self._on = False
        self._plans = []  # [(move, cause)] that wait for their commit
        self._left_ms = 0  # of a timed state; 0: none
        self._pause_ms = 0  # of a RESTART on top of it; 0: none
        self._mark = 0  # ticks when the running time was counted
        self._wake = Signal()
        self._since = 0  # uptime of the latest switching on
        self.ordered_at = None  # uptime of the latest order by command, call or button since the start
        self.changed = lambda: None

    @property
    def on(self):
        """The socket's state."""
        return self._on

    @property
    def on_since(self):
        """Uptime at which the socket went on."""
        return self._since if self._on else clock.uptime()

    @property
    def timed(self):
        """True while a timed state or a restart runs."""
        return self._left_ms > 0 or self._pause_ms > 0

    @property
    def planned(self):
        """(on, timed) as it will be once what is planned has been carried out."""
        on, timed = self._on, self.timed
        for (kind, to, seconds), _ in self._plans:
            on = (on == (self._pause_ms > 0)) if kind == RESTART else to
            timed = seconds > 0
        return on, timed

    # -- moves ---------------------------------------------------------------------------------------------------

    def plan(self, move, cause, lazy=False):
        """Have the next `apply` carry the move out, behind those planned before; the store is changed for it.

        lazy: not worth a flash write of its own (the thermostat decides anew after a restart).
        """
        kind, on, seconds = move
        if kind == SET:
            self._plans = []
        self._plans.append((move, cause))
        self._store.set("relay", int(end_of(move, self._store.get("relay") == 1)), lazy)
        runs = [[None if each[0] == RESTART else int(each[1]), each[2]] for each, _ in self._plans if each[2]]
        self._store.set("run", runs[:1] + runs[1:][-1:] or None, lazy)

    def apply(self):
        """Move as planned, behind the commit. A timed state has begun then: the store must be committed again (R2.1)."""
        if not self._plans:
            return
        on = self._on
        (_, _, seconds), cause = self._plans[-1]
        for (kind, to, seconds), _ in self._plans:
            if kind == RESTART:
                self._count_down()
                on = not (on != (self._pause_ms > 0))  # the opposite of the state under a restart that runs already
                self._pause_ms = seconds * 1000
            else:
                on, self._pause_ms, self._left_ms = to, 0, seconds * 1000
            self._mark = clock.ticks_ms()
        self._plans = []
        self._move(on, cause + (" for %d s" % seconds if seconds else ""))
        self._store.set("run", None)
        self._wake.set()

    def _count_down(self):
        """Count what has passed of a running time, before a restart interrupts it."""
        if self._left_ms and not self._pause_ms:
            self._left_ms = max(1, self._left_ms - clock.ticks_diff(clock.ticks_ms(), self._mark))

    def local(self, move, cause, lazy=False):
        """Move now and save in the background: for causes that are no message."""
        self.plan(move, cause, lazy)
        self.apply()
        self._store.save_soon()

    def hold(self, on, cause):
        """Move now without changing what commands and rules have decided: the frost guard (R20.6). Ends a running time."""
        self._left_ms = self._pause_ms = 0
        self._move(on, cause)

    def switch(self, on, cause):
        """On or off for good, now. Cancels a running time."""
        self.local((SET, on, 0), cause)

    def ordered(self, ago_s=0):
        """A command, call or button decides about the socket: schedule rules from before it are overtaken (R9.1)."""
        self.ordered_at = clock.uptime() - ago_s

    def _move(self, on, cause):
        self._pin.set(on)
        if on and not self._on:
            self._since = clock.uptime()
        self._on = bool(on)
        log("socket", "ON" if on else "OFF", "-", cause)
        self.changed()

    def remember(self):
        """What a restart shall restore is the present state: the thermostat, which was not worth a write, lets go."""
        on, timed = self.planned
        if not timed:
            self._store.set("relay", int(on))

    # -- at the start and later ----------------------------------------------------------------------------------

    def restore(self, power_lost):
        """The socket after a restart: by POWERSTATE after a power loss, else as it was; off while a thermostat has not
        decided (R6.6). A timed command not begun begins (R2.1)."""
        store = self._store
        on = store.get("relay") == 1
        if power_lost:
            on = by_power_state(on, store.get("POWERSTATE"))
            store.set("relay", int(on))
        run = store.get("run")
        if on and not store.get("thermostat"):
            self._move(True, "restored")
        for to, seconds in run or ():
            self.plan((RESTART if to is None else SET, to == 1, seconds), "accepted before the restart")
        self.apply()
        store.save_soon()

    async def run(self):
        """The relay's task: ends timed states, exact to the millisecond at any length."""
        while True:
            await self._wake.wait(min(self._pause_ms or self._left_ms, IDLE_MS) or IDLE_MS)
            self._count()
            beat("relay")

    def _count(self):
        now = clock.ticks_ms()
        passed = clock.ticks_diff(now, self._mark)
        self._mark = now
        if self._pause_ms:
            self._pause_ms -= passed
            if self._pause_ms <= 0:
                self._pause_ms = 0
                self._move(not self._on, "time is over")
        elif self._left_ms:
            self._left_ms -= passed
            if self._left_ms <= 0:
                self._left_ms = 0
                self._move(not self._on, "time is over")
