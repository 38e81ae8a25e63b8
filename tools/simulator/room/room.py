"""The room the box stands in: weather outside, a heater on its outlet, walls that leak."""

import math

HOUR, DAY = 3_600_000, 86_400_000


class Room:
    """`celsius(now)` follows the weather and the heater. heater: degrees an hour; leak: share of the difference lost in one."""

    def __init__(self, heats, celsius=21.0, heater=8.0, leak=0.1, mean=8.0, season=0.0, daily=4.0):
        self.heats = heats  # () -> bool
        self.heater, self.leak = heater, leak
        self.mean, self.season, self.daily = mean, season, daily  # of the weather: yearly mean, swings of year and day
        self.cold = 0.0  # a cold wave, degrees on top
        self._inside, self._at = celsius, 0.0

    def outside(self, now: float) -> float:
        """The weather: coldest on 20 January and in the early morning."""
        year = self.season * math.cos((now / DAY - 20) / 365 * 2 * math.pi)
        day = self.daily * math.sin((now / HOUR - 9) / 24 * 2 * math.pi)
        return self.mean - year + day + self.cold

    def celsius(self, now: float) -> float:
        """The temperature now; what has been since the last question is taken as one piece."""
        hours = (now - self._at) / HOUR
        self._at = now
        goal = self.outside(now) + (self.heater / self.leak if self.heats() else 0)
        self._inside = max(-50.0, min(80.0, goal + (self._inside - goal) * math.exp(-self.leak * hours)))
        return self._inside

    def set(self, celsius: float):
        """Make it so warm now."""
        self._inside = celsius
