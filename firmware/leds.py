"""The LEDs (R14): patterns are rows, the first row that applies wins, and this task alone moves the pins."""

import asyncio

import hw
from clock import ticks_add, ticks_diff, ticks_ms
from tasks import IDLE_MS, Signal, beat

_ON = (1000,)  # steady: no second phase
_OFF = ()
_FAST = (125, 125)  # 4 Hz
_SLOW = (500, 500)  # 1 Hz
_SIM = (125, 125, 125, 125, 125, 125, 125, 125, 2000, 125)  # 4 blinks in a second, then 2 s on
_SEARCHING = (60, 940)
_REGISTERED = (60, 2940)


class Leds:
    """state(): a dictionary of booleans: erasing, sim, fault, alarm, active, on, registered."""

    def __init__(self, state):
        self._state = state
        self._wake = Signal()
        self._leds = [
            _Led("led_power", (("erasing", _SLOW), ("sim", _SIM), ("active", _FAST), ("alarm", _SLOW), (None, _ON))),
            _Led("led_gsm", (("registered", _REGISTERED), (None, _SEARCHING))),
            _Led("led_out", (("erasing", _SLOW), ("fault", _FAST), ("on", _ON), (None, _OFF))),
        ]

    def changed(self):
        """Something that the LEDs show has changed."""
        self._wake.set()

    async def run(self):
        """The task: wakes at every edge, and not at all for steady lights."""
        for phase in range(6):
            self._leds[0].set(not phase & 1)
            self._leds[2].set(not phase & 1)
            await asyncio.sleep_ms(200)
        changed, edges = True, 0
        while True:
            if changed:
                state = self._state()
                blinking = [led for led in self._leds if led.choose(state)]
            edges += 1
            now = ticks_ms()
            wait = IDLE_MS
            for led in blinking:
                left = led.step(now)
                if left < wait:
                    wait = left
            if not blinking or not edges & 15:
                beat("leds")
            changed = await self._wake.wait(wait)


class _Led:
    def __init__(self, role, rows):
        self._pin = hw.output(role)
        self._rows = rows
        self._pattern = _OFF
        self._phase = 0
        self._due = 0  # ticks of the next edge

    def set(self, on):
        if self._pin:
            self._pin.set(on)

    def choose(self, state):
        """Take the first row that applies. True when it blinks: on a board without this LED never."""
        pattern = [pattern for name, pattern in self._rows if name is None or state[name]][0]
        if pattern is not self._pattern:
            self._pattern = pattern
            self._phase = -1
            self._due = ticks_ms()
            if len(pattern) < 2:
                self.set(bool(pattern))
        return self._pin is not None and len(pattern) > 1

    def step(self, now):
        """Make the edges that are due; the milliseconds until the next one."""
        pattern = self._pattern
        left = ticks_diff(self._due, now)
        while left <= 0:
            self._phase = (self._phase + 1) % len(pattern)
            self.set(not self._phase & 1)
            self._due = ticks_add(self._due if left > -1000 else now, pattern[self._phase])
            left = ticks_diff(self._due, now)
        return left
