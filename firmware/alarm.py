"""The alarm contact (R8): debounced; what its activation does, the cycle of notifications, the alarm that calls.

A cycle is a state of its own: none, notifying (its alert has recipients left, or it calls), pausing (60 s). With SMSCHANGE
there is no cycle: one message a change.
"""

import asyncio

import clock
import hw
import tasks
from log import log
from micropython import const
from modem import ModemError
from relay import SET
from tasks import IDLE_MS, Signal, beat, follow
from values import dial_form

_DEBOUNCE_MS = const(50)
_PAUSE_S = const(60)  # after a notification cycle
_MOST_LOGGED = const(10)
_RING_S = const(20)
_NETWORK_S = const(120)  # how long a call waits for the network before messages take its place
_HOUR_S = const(3600)
_MOST_ALERTS = const(10)  # an hour; the last of them says so (R20.7)
_ACTIVE = "ALARM! Sensor activated %t"
_BACK = "ALARM: Sensor back to normal %t"
_LAST = "\nNo more alerts within the hour"

IDLE, NOTIFYING, PAUSING = const(0), const(1), const(2)


def relay_on_activation(relaytime):
    """What RELAYTIME does when the sensor is activated: None, or (on, seconds or 0)."""
    if relaytime == "0":
        return None
    on = relaytime.startswith("ON")
    seconds = relaytime[2 if on else 3 :]
    return on, int(seconds) if seconds else 0


class Alarm:
    """`active`: the debounced sensor. `changed` is called for the LEDs."""

    def __init__(self, store, relay, outbox, modem):
        self._store = store
        self._relay = relay
        self._outbox = outbox
        self._modem = modem
        self._pin = hw.input("alarm")
        self._jack = hw.input("jack")
        self._wake = Signal()
        self._state = IDLE
        self._until = 0  # uptime at which the pause ends
        self._notice = None  # the outbox's number of the cycle's alert
        self._calling = False
        self._told_at = []  # uptimes of the alerts of the last hour
        self._told = None  # the state that the last of them told
        self.active = False
        self.changed = lambda: None
        store.watch("SENSORTYPE ALERT", self._wake.set)

    def enabled(self):
        """True after ALARMON."""
        return self._store.get("alarm") == 1

    def enable(self, on):
        """ALARMON, ALARMOFF, AON, AOF; the caller commits."""
        self._store.set("alarm", int(on))
        if on:
            self._store.set("sensor", int(self.active))  # SMSCHANGE waits for a change from here
            if self.active and self._store.get("ALERT") == "OFF":
                self._move_relay(planned=True)
        self._state = IDLE
        self._wake.set()
        self.changed()

    def move_on_activation(self, store):
        """What RELAYTIME asks for, as a message sees it: None, or (on, seconds)."""
        return relay_on_activation(store.get("RELAYTIME"))

    def jack_text(self):
        """`Connected`, `Not connected`, or `Not monitored` on a board without jack detection (R8.1)."""
        if self._jack is None:
            return "Not monitored"
        return "Connected" if self._jack.active() else "Not connected"

    # -- the contact ---------------------------------------------------------------------------------------------

    def _level(self):
        return self._pin is not None and self._pin.active() == (self._store.get("SENSORTYPE") == "NO")

    async def _settle(self):
        """The level once it has been the same for 50 ms."""
        level = self._level()
        while True:
            await asyncio.sleep_ms(_DEBOUNCE_MS)
            beat("alarm")  # a loose contact may chatter for hours
            now = self._level()
            if now == level:
                return level
            level = now

    async def run(self):
        """The alarm's task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        self.active = self._pin is not None and await self._settle()
        self.changed()
        while True:
            if self.enabled():
                self._react()
            else:
                self._state = IDLE
            beat("alarm")
            await self._wake.wait(self._wait_ms())
            level = await self._settle() if self._level() != self.active else self.active
            if level != self.active:
                self._on_change(level)

    def _wait_ms(self):
        if self._state == NOTIFYING or self._told_at and self._store.get("ALERT") == "SMSCHANGE":
            return 1000
        return max(0, self._until - clock.uptime()) * 1000 + 10 if self._state == PAUSING else IDLE_MS

    def _on_change(self, level):
        self.active = level
        log("sensor", "active" if level else "at rest")
        self.changed()
        if level and self._state == IDLE:
            self._log_activation()
        if level and self.enabled() and self._store.get("ALERT") == "OFF":
            self._move_relay()
        self._store.save_soon()

    def _log_activation(self):
        rows = self._store.get("alarmlog")
        self._store.set("alarmlog", (rows + [clock.now() or 0])[-_MOST_LOGGED:])

    # -- what it means -------------------------------------------------------------------------------------------

    def _react(self):
        """Start, end or repeat a cycle of notifications, as the sensor and the settings are now."""
        kind = self._store.get("ALERT")
        if kind in ("SMS", "CALL"):
            self._end_cycle()
            if self.active and self._state == IDLE:
                self._start_cycle(kind)
            return
        self._state = IDLE
        if kind == "SMSCHANGE":
            self._tell_change()

    def _end_cycle(self):
        if self._state == NOTIFYING and not self._calling and not self._outbox.waits(self._notice):
            self._state = PAUSING
            self._until = clock.uptime() + _PAUSE_S
        if self._state == PAUSING and clock.uptime() >= self._until:
            self._state = IDLE
            if self.active:
                self._log_activation()

    def _start_cycle(self, kind):
        self._state = NOTIFYING
        self._move_relay()
        log("alarm:", kind)
        self._notice = None
        if kind == "CALL" and self._store.get("ALERTNUMBERS"):
            self._calling = True
            tasks.guard("alarm calls", self._call_all())
        else:
            self._notice = self._tell(_ACTIVE, True)
        self._store.save_soon()

    def _tell_change(self):
        """SMSCHANGE: one message a change; the state told last is in the store, so none is lost over a restart."""
        if int(self.active) != self._store.get("sensor"):
            self._store.set("sensor", int(self.active))
            move = relay_on_activation(self._store.get("RELAYTIME"))
            if self.active:
                self._move_relay()
            elif move:
                self._relay.switch(not move[0], "alarm sensor back to normal")
            self._tell(_ACTIVE if self.active else _BACK, self.active)
        elif self._told is not None and self._told != self.active and self._may_tell():
            self._tell(_ACTIVE if self.active else _BACK, self.active)
        self._store.save_soon()

    def _may_tell(self):
        now = clock.uptime()
        self._told_at = [at for at in self._told_at if now - at < _HOUR_S]
        return len(self._told_at) < _MOST_ALERTS

    def _tell(self, text, state):
        """Tell a change: at most 10 an hour, the last of them saying so; the state at the end of that hour is told (R20.7)."""
        if not self._may_tell():
            return None
        self._told_at.append(clock.uptime())
        self._told = state
        return self._outbox.alert("contact", text + (_LAST if len(self._told_at) == _MOST_ALERTS else ""))

    def _move_relay(self, planned=False):
        move = relay_on_activation(self._store.get("RELAYTIME"))
        if move is None:
            return
        move = (SET, move[0], move[1])
        if planned:
            self._relay.plan(move, "alarm sensor")
        else:
            self._relay.local(move, "alarm sensor")

    # -- the alarm that calls (R8.2) -----------------------------------------------------------------------------

    async def _call_all(self):
        """Ring each number once, in order, until one answers; nobody: messages to all."""
        try:
            if not await self._answered():
                self._notice = self._tell(_ACTIVE, True)
                self._store.save_soon()
        finally:
            self._calling = False
            self._wake.set()

    async def _answered(self):
        modem = self._modem
        deadline = clock.uptime() + _NETWORK_S
        while not (modem.ready and modem.registered):
            if clock.uptime() >= deadline:
                return False
            await asyncio.sleep(1)
        for digits in self._store.get("ALERTNUMBERS"):
            if not self.enabled():
                return True  # switched off meanwhile: somebody knows
            try:
                if await modem.dial(dial_form(digits), _RING_S):
                    log("alarm: answered by", digits)
                    return True
            except ModemError as error:
                log("alarm: no call,", error)
        return False
