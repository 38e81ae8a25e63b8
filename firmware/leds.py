"""The LEDs (R14): patterns are rows, the first row that applies wins, and this task alone moves the pins."""

import clock
import hw
from tasks import Signal, beat

_ON = (1000,)  # steady: no second phase
_OFF = ()
_FAST = (125, 125)  # 4 Hz
_SLOW = (500, 500)  # 1 Hz
_SIM = (125, 125, 125, 125, 125, 125, 125, 125, 2000, 125)  # 4 blinks in a second, then 2 s on
_SEARCHING = (60, 940)
_REGISTERED = (60, 2940)


class Leds:
    """state(): a dictionary of booleans: boot, erasing, sim, fault, alarm, active, on, registered."""

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
        for led in self._leds:
            led.show(_OFF)
        for phase in range(6):
            self._leds[0].set(not phase & 1)
            self._leds[2].set(not phase & 1)
            await self._wake.wait(200)
        while True:
            beat("leds")
            state = self._state()
            now = clock.ticks_ms()
            waits = [led.step(state, now) for led in self._leds]
            await self._wake.wait(min(waits))


class _Led:
    def __init__(self, role, rows):
        self._pin = hw.output(role)
        self._rows = rows
        self._pattern = None
        self._phase = 0
        self._since = 0

    def set(self, on):
        if self._pin:
            self._pin.set(on)

    def show(self, pattern):
        self._pattern = pattern
        self._phase = 0
        self._since = clock.ticks_ms()
        self.set(bool(pattern))

    def step(self, state, now):
        """Follow the first row that applies; the milliseconds until the next edge."""
        pattern = [pattern for name, pattern in self._rows if name is None or state[name]][0]
        if pattern is not self._pattern:
            self.show(pattern)
        if len(pattern) < 2:
            return 60000
        left = pattern[self._phase] - clock.ticks_diff(now, self._since)
        while left <= 0:
            self._since = clock.ticks_ms() if left < -5000 else (self._since + pattern[self._phase])
            self._phase = (self._phase + 1) % len(pattern)
            self.set(not self._phase & 1)
            left = pattern[self._phase] - clock.ticks_diff(now, self._since)
        return left
