"""Virtual time and what is going to happen in it."""

import heapq
import itertools


class World:
    """Milliseconds and a queue of events. Time moves only through the board's lockstep (`board.run_until`)."""

    def __init__(self):
        self.now = 0
        self._events = []
        self._order = itertools.count()

    def at(self, moment, act):
        """Have `act()` called at `moment` (ms, may be a fraction). Returns a handle for `cancel`."""
        event = [max(int(-(-moment // 1)), self.now), next(self._order), act]
        heapq.heappush(self._events, event)
        return event

    def after(self, ms, act):
        """Have `act()` called in `ms`."""
        return self.at(self.now + ms, act)

    def cancel(self, event):
        """Forget an event; None and past ones are fine."""
        if event is not None:
            event[2] = None

    def next(self):
        """The moment of the next event, or None."""
        while self._events and self._events[0][2] is None:
            heapq.heappop(self._events)
        return self._events[0][0] if self._events else None

    def step(self):
        """Move to the next event and let it happen."""
        moment, _, act = heapq.heappop(self._events)
        self.now = max(self.now, moment)
        if act is not None:
            act()
