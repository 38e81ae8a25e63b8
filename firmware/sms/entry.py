"""A message that lies on the SIM, and how it is deleted (R1.10, R15.4)."""

import clock
from log import log
from micropython import const
from modem import ModemError

_FIRST_S = const(10)  # growing delays of what fails, doubled up to an hour
_LONGEST_S = const(3600)
_TRIES = const(2)  # from then on all read messages are deleted at once, too

NEW, PART, HELD, DOOMED = const(0), const(1), const(2), const(3)
# waits for its turn; waits for other parts; executed, its reply not out; to be deleted


class Entry:
    """A message that lies on the SIM at `index`; None: it came without being stored."""

    def __init__(self, index, fresh, order):
        self.index = index
        self.fresh = fresh  # False when it was found in storage at start-up
        self.order = order  # of arrival
        self.state = NEW
        self.crc = None  # of its octets
        self.deliver = None  # decoded; None: not read yet, or read again when its turn comes
        self.time = 0
        self.print = None  # its fingerprint, once it was executed
        self.tries = 0
        self.not_before = 0  # uptime of the next try
        self.failing_since = None
        self.deleted = False  # the modem said so
        self.unsure = False  # it was to be deleted, and the answer did not come: its place may be another's by now
        self.missing = 0  # looks at all that did not show it
        self.odd = None  # another CRC that was seen in its place

    def again(self):
        """It did not work: later, more and more seldom."""
        now = clock.uptime()
        self.failing_since = now if self.failing_since is None else self.failing_since
        self.not_before = now + min(_FIRST_S << min(self.tries, 9), _LONGEST_S)
        self.tries += 1

    def key(self):
        """Messages are executed in this order: of arrival; those of one look by their time stamp."""
        return (self.order, self.time, self.index or 0)


class Bin:
    """Deletes: what fails is tried again more and more seldom, and the first alert number is told once after an hour."""

    def __init__(self, modem, tell_first):
        self._modem = modem
        self._tell_first = tell_first
        self._told = False

    async def delete_next(self, entries):
        """Delete one message. False when there is none to delete now. Raises `ModemError`.

        When the SIM is full, what is executed goes although its reply is not out.
        """
        modem, now = self._modem, clock.uptime()
        full = bool(modem.total) and (modem.used or 0) >= modem.total - 1
        for entry in entries:
            due = entry.state == DOOMED or entry.state == HELD and full
            if due and not entry.deleted and not entry.unsure and entry.not_before <= now:
                await self._delete(entry, entries)
                return True
        return False

    async def _delete(self, entry, entries):
        try:
            if entry.tries > _TRIES and not any([other.state != DOOMED for other in entries]):
                await self._modem.delete_read()
            await self._modem.delete(entry.index)
            entry.deleted = True  # until a look finds it again
        except ModemError as error:
            if not error.answered:
                entry.unsure = True
                raise
            log("message not deleted,", error)
            entry.again()
        if entry.failing_since is not None and clock.uptime() - entry.failing_since >= _LONGEST_S and not self._told:
            self._told = True
            self._tell_first("ALERT! The SIM does not delete messages")
