"""The socket's relay with its running times (R2.1, R2.2). Moments are spans (lo, hi) in ms: when at the earliest, when at the latest."""

SLOP = 1500  # how late a running time may end


def later(span, lo_ms, hi_ms=None):
    """A span that much later."""
    return span[0] + lo_ms, span[1] + (lo_ms if hi_ms is None else hi_ms)


class Relay:
    """on; timed: (state afterwards, end); restart: (state afterwards, end, what is left of a time it interrupts)."""

    def __init__(self):
        self.on = False
        self.timed = None
        self.restart = None
        self.confirmed = False  # by the thermostat: what runs runs on

    def switch(self, on):
        """For good; cancels what runs."""
        self.on, self.timed, self.restart, self.confirmed = on, None, None, False

    def unconfirmed(self) -> bool:
        """Something runs that the thermostat has not looked at."""
        return bool(self.timed or self.restart) and not self.confirmed

    def switch_for(self, on, seconds, span):
        """For so long, then the other state."""
        self.switch(on)
        self.timed = (not on, later(span, 1000 * seconds, 1000 * seconds + SLOP))

    def begin_restart(self, seconds, span):
        """The opposite for so long; a restart that runs begins anew; a time that runs waits meanwhile."""
        back, rest, self.confirmed = self.on, None, False
        if self.restart:
            back, _, rest = self.restart
        elif self.timed:
            then, (lo, hi) = self.timed
            rest = then, max(0, lo - span[1]), max(0, hi - span[0])
        self.on, self.timed = not back, None
        self.restart = back, later(span, 1000 * seconds, 1000 * seconds + SLOP), rest

    def end_restart(self):
        """Back, and on with the rest of an interrupted time."""
        back, end, rest = self.restart
        self.switch(back)
        if rest:
            self.timed = rest[0], later(end, rest[1], rest[2])

    def end_timed(self):
        """The time is over."""
        self.switch(self.timed[0])

    def remembered(self) -> bool:
        """R2.2: the state in which a running time would have ended."""
        if self.restart:
            return self.restart[2][0] if self.restart[2] else self.restart[0]
        return self.timed[0] if self.timed else self.on

    def timers(self):
        """[(name, lo, hi)]."""
        rows = (("timed", self.timed), ("restart", self.restart))
        return [(name, *row[1]) for name, row in rows if row]

    def __repr__(self):
        return f"Relay({self.on}, {self.timed}, {self.restart}, {self.confirmed})"
