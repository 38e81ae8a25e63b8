"""The alarm input (R8): debounced contact, notification cycles, RELAYTIME, log of activations."""

import asyncio

import clock
import dates
import hw
from at import ModemError
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat, follow

_DEBOUNCE_MS = const(50)
_PAUSE_S = const(60)  # after a notification cycle
_RING_S = const(20)
_NETWORK_S = const(120)  # how long a call waits for the network before messages take its place
_MOST_LOGGED = const(10)

SCHEMA = {
    "alarm": (0, lambda value: value in (0, 1)),
    "alarmlog": ([], lambda rows: len(rows) <= _MOST_LOGGED and all([type(row) is int for row in rows])),  # 0: unknown
    "sensor": (0, lambda value: value in (0, 1)),  # the state that SMSCHANGE has told
}


def relay_on_activation(relaytime):
    """What RELAYTIME does when the sensor is activated: None, or (on, seconds or 0)."""
    if relaytime == "0":
        return None
    on = relaytime.startswith("ON")
    seconds = relaytime[2 if on else 3 :]
    return on, int(seconds) if seconds else 0


class Alarm:
    """numbers(): alert numbers as they are dialled."""

    def __init__(self, store, relay, outbox, modem, numbers, changed):
        self._store = store
        self._relay = relay
        self._outbox = outbox
        self._modem = modem
        self._numbers = numbers
        self._changed = changed
        self._pin = hw.input("alarm")
        self._jack = hw.input("jack")
        self._wake = Signal()
        self._cycle = None  # "notifying", or the uptime at which the pause ends
        self._text = ""  # of the cycle's alert
        self._calling = False
        self.active = False  # the debounced sensor

    def enabled(self):
        """True after ALARMON."""
        return self._store.get("alarm") == 1

    def enable(self, on):
        """ALARMON, ALARMOFF; the caller commits."""
        self._store.set("alarm", int(on))
        if on:
            self._store.set("sensor", int(self.active))  # SMSCHANGE waits for a change from here
        self._cycle = None
        self._wake.set()
        self._changed()

    def sensor_text(self):
        """`Connected`, `Not connected`, or `Not monitored` on a board without jack detection."""
        if self._jack is None:
            return "Not monitored"
        return "Connected" if self._jack.active() else "Not connected"

    def log_text(self):
        """The last 10 activations, newest first."""
        rows = self._store.get("alarmlog")
        return "\n".join([dates.text(row or None) for row in reversed(rows)]) or "ALARM log is empty"

    # -- the sensor ----------------------------------------------------------------------------------------------

    def _level(self):
        closed = self._pin.active()
        return closed == (self._store.get("SENSORTYPE") == "NO")

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
        self._changed()
        while True:
            beat("alarm")
            self._react()
            await self._wake.wait(self._wait_ms())
            level = self._pin is not None and (await self._settle() if self._level() != self.active else self.active)
            if level != self.active:
                self._sensor_is(level)

    def _wait_ms(self):
        if self._cycle is None or self._cycle == "notifying":
            return 1000 if self._cycle else IDLE_MS
        return max(0, self._cycle - clock.uptime()) * 1000

    def wake(self):
        """SENSORTYPE or ALERT has changed: look again."""
        self._wake.set()

    def _sensor_is(self, active):
        self.active = active
        if active and self._cycle is None:
            self._log_activation()
        log("sensor", "active" if active else "at rest")
        self._changed()
        if active and self.enabled() and self._store.get("ALERT") == "OFF":
            self._move_relay()
        self._store.save_soon()

    def _log_activation(self):
        rows = self._store.get("alarmlog")
        self._store.set("alarmlog", (rows + [clock.now() or 0])[-_MOST_LOGGED:])

    # -- cycles --------------------------------------------------------------------------------------------------

    def _react(self):
        """Start, end or repeat a cycle, as the sensor and the settings are now."""
        if not self.enabled():
            self._cycle = None
            return
        kind = self._store.get("ALERT")
        if kind == "SMSCHANGE":
            self._cycle = None
            self._tell_change()
        elif kind in ("SMS", "CALL"):
            self._end_cycle()
            if self.active and self._cycle is None:
                self._start_cycle(kind)
        else:
            self._cycle = None

    def _end_cycle(self):
        if self._cycle == "notifying" and not self._outbox.pending(self._text) and not self._calling:
            self._cycle = clock.uptime() + _PAUSE_S
        if type(self._cycle) is int and clock.uptime() >= self._cycle:
            self._cycle = None
            if self.active:
                self._log_activation()

    def _start_cycle(self, kind):
        self._cycle = "notifying"
        self._move_relay()
        self._text = "ALARM! Sensor activated " + dates.text(clock.now())
        log("alarm:", kind)
        if kind == "CALL" and self._numbers():
            self._calling = True
            asyncio.create_task(self._call_all())
        else:
            self._outbox.alert(self._text, self._numbers())
        self._store.save_soon()

    def _move_relay(self):
        move = relay_on_activation(self._store.get("RELAYTIME"))
        if move is None:
            return
        on, seconds = move
        if seconds:
            self._relay.switch_for(on, seconds, "alarm sensor")
        else:
            self._relay.switch(on, "alarm sensor")
        self._relay.local()

    async def _call_all(self):
        """Ring each number once, in order, until one answers; nobody: messages to all (R8.2)."""
        try:
            if not await self._answered():
                self._outbox.alert(self._text, self._numbers())
                self._store.save_soon()
        finally:
            self._calling = False
            self._wake.set()

    async def _answered(self):
        deadline = clock.uptime() + _NETWORK_S
        while not (self._modem.ready and self._modem.registered):
            if clock.uptime() >= deadline:
                return False
            await asyncio.sleep(1)
        for number in self._numbers():
            if not self.enabled():
                return True  # switched off meanwhile: somebody knows
            try:
                if await self._modem.dial(number, _RING_S):
                    log("alarm: answered by", number)
                    return True
            except ModemError as error:
                log("alarm: no call,", error.result)
        return False

    def _tell_change(self):
        """SMSCHANGE: one message a change; the state told last is in the store, so none is lost over a restart."""
        if int(self.active) == self._store.get("sensor"):
            return
        self._store.set("sensor", int(self.active))
        if self.active:
            text = "ALARM! Sensor activated "
            self._move_relay()
        else:
            text = "ALARM: Sensor back to normal "
            move = relay_on_activation(self._store.get("RELAYTIME"))
            if move:
                self._relay.switch(not move[0], "alarm sensor back to normal")
                self._relay.local()
        self._outbox.alert(text + dates.text(clock.now()), self._numbers())
        self._store.save_soon()
