"""What a day's messages may cost (R20.7): replies stop at SMSLIMIT, alerts at twice that; the first alert number is told."""

import clock
from log import log
from micropython import const

_DAY_S = const(86400)
LIMIT = "limit"  # the kind of alert that tells of it, and does not count


def of_today(was, nothing):
    """An account [day, ...] as it stands today, `nothing` behind a new day: by the clock, else by the uptime (below 0)."""
    now = clock.now()
    day = now // _DAY_S if now is not None else -1 - clock.uptime() // _DAY_S
    if was and (was[0] == day or (was[0] >= 0) != (day >= 0)):  # a clock that becomes known begins no day
        return [day] + was[1:]
    return [day] + nothing


class Bill:
    """The account of a day. tell(limit): tells that it is reached. `taken_at`: uptime when the network last took a message."""

    def __init__(self, store, tell):
        self._store = store
        self._tell = tell
        self.taken_at = None

    def _account(self):
        """[day, messages, told]."""
        return of_today(self._store.get("sent"), [0, 0])

    @property
    def today(self):
        """Messages that the network took today."""
        return self._account()[1]

    def allows(self, kind):
        """True while a message may go; `kind` of its alert, None for a reply."""
        limit, account = self._store.get("SMSLIMIT"), self._account()
        if kind == LIMIT or account[1] < (limit if kind is None else 2 * limit):
            return True
        if not account[2]:
            log("outbox: SMSLIMIT reached")
            self._store.set("sent", [account[0], account[1], 1])
            self._tell(limit)
        return False

    def count(self, kind):
        """The network has taken a message."""
        self.taken_at = clock.uptime()
        if kind != LIMIT:
            account = self._account()
            self._store.set("sent", [account[0], account[1] + 1, account[2]], lazy=True)
