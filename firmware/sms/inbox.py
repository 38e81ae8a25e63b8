"""Stored message -> Message -> command, exactly once (R1.10).

The inbox knows every message that lies on the SIM: an `Entry` from its first reading to the look that no longer finds it. The
oldest that is whole and new is executed; then commit (its changes, its fingerprint, its reply), move the relay, send the reply,
delete. A message found again whose fingerprint is known is answered from the store and deleted, never executed again. What
cannot be read or deleted is tried again more and more seldom and keeps nobody waiting (R15.4).
"""

import asyncio
import binascii

import clock
from log import log
from micropython import const
from modem import ModemError
from tasks import IDLE_MS, Signal, beat

from sms.entry import DOOMED, HELD, NEW, PART, Bin, Entry
from sms.parts import Parts
from sms.pdu import Deliver, PduError, decode

_MOST_DIRECT = const(8)
_CLOCK_WAIT_S = const(15)  # for the network's time, before a message found at start-up is judged
_EXPLAINED_S = const(600)  # how long a count that does not fit what was found is believed
_READS = const(3)  # of a message that cannot be decoded: noise on the line, perhaps
_MOST_KEPT = const(20)  # decoded messages in memory; the text of more is read again when its turn comes


class Inbox:
    """What arrives. post: executes, see sms/once.py; wanted(sender, named): False when nothing from there can matter."""

    def __init__(self, modem, post, wanted, tell_first):
        self._modem = modem
        self._post = post
        self._wanted = wanted
        self.congested = lambda: False  # set by the device: replies wait
        self._signal = Signal()
        self._entries = {}  # index -> Entry
        self._direct = []  # octets of messages that came without being stored
        self._noticed = []  # indexes of notices that wait for a look
        self._look = 2  # 0: no need; 1: at the unread ones; 2: at all
        self._looked = False  # all of it has been looked at since the start
        self._first_look = 0
        self._order = 0
        self._explained = (None, 0)  # (used, uptime): a count that a whole look could not explain
        self._bin = Bin(modem, tell_first)
        self._parts = Parts(self.doom)
        modem.on_message = self.notice
        modem.on_direct = self.notice_direct
        post.on_done = self.done

    # -- notices -------------------------------------------------------------------------------------------------

    def notice(self, index):
        """A message is stored at `index`; None: somewhere, look."""
        self._look = max(self._look, 1 if index is not None and len(self._noticed) < 99 else 2)
        if self._look == 1 and index not in self._noticed:
            self._noticed.append(index)
        self._signal.set()

    def notice_direct(self, octets):
        """A message that is not stored."""
        if len(self._direct) < _MOST_DIRECT:
            self._direct.append(octets)
            self._signal.set()

    async def poll(self):
        """After every good look at the modem: does its count fit what we know? So a lost notice is found."""
        used, now = self._modem.used, clock.uptime()
        there = len([1 for entry in self._entries.values() if not entry.deleted])
        if used is None:  # it does not say: look, and at all of it now and then
            self._look = max(self._look, 2 if now - self._explained[1] >= _EXPLAINED_S else 1)
        elif used == there:
            for entry in [entry for entry in self._entries.values() if entry.deleted]:
                self._forget(entry)  # deleted indeed
        elif self._explained[0] != used or now - self._explained[1] >= _EXPLAINED_S:
            self._look = 2
        if self._look or self._parts.lonely():
            self._signal.set()

    def settled(self):
        """True when what lay on the SIM at the start has been executed."""
        return self._looked and not any([entry.state == NEW and not entry.fresh for entry in self._entries.values()])

    def busy(self):
        """True while a message waits for its turn, its reply or its deletion."""
        waits = [1 for entry in self._entries.values() if entry.state == NEW and not entry.tries]
        return bool(self._look or self._direct or waits)

    # -- the task ------------------------------------------------------------------------------------------------

    async def run(self):
        """The inbox's task."""
        while True:
            try:
                await self._work()
                wait_ms = self._wait_ms()
            except ModemError as error:
                log("inbox: waits,", error)
                self._look = 2  # what is open will be found again
                self._modem.kick.set()
                wait_ms = 2000
            beat("inbox")
            await self._signal.wait(wait_ms)

    async def _work(self):
        """Look, execute, delete: until there is nothing that can be done now."""
        while self._modem.ready or self._direct:
            if self._direct:
                await self._take_direct(self._direct.pop(0))
            elif await self._bin.delete_next(self._entries.values()):
                pass  # before anything else: what is answered must not be found again after a power cut
            elif self._look:
                await self._look_through()
            else:
                self._parts.give_up_lonely()
                entry = self._next()
                if entry is None:
                    return
                await self._take(entry)
            await asyncio.sleep_ms(0)
            beat("inbox")

    def _next(self):
        """The entry whose turn it is, or None."""
        if self._must_wait_for_clock() or self.congested():
            return None
        now, best = clock.uptime(), None
        for entry in self._entries.values():
            if entry.state == NEW and entry.not_before <= now and (best is None or entry.key() < best.key()):
                best = entry
        return best

    def _must_wait_for_clock(self):
        """Messages from before the start wait a moment for the network's time, the rest behind them."""
        if clock.source == "network" or clock.uptime() >= self._first_look + _CLOCK_WAIT_S:
            return False
        return not self.settled()

    def _wait_ms(self):
        if not self._modem.ready:
            return 2000
        if self._must_wait_for_clock():
            return 500
        due = [entry.not_before for entry in self._entries.values() if entry.state in (NEW, DOOMED) and not entry.deleted]
        return max(0, min(min(due) - clock.uptime(), 120)) * 1000 + 100 if due else IDLE_MS

    # -- looking -------------------------------------------------------------------------------------------------

    async def _look_through(self):
        """Look at the unread messages, or at all; then read one by one what was noticed and not found. Raises `ModemError`."""
        everything, self._look = self._look == 2, 0
        noticed, self._noticed = self._noticed, []
        self._order += 1
        found = []
        try:
            await self._modem.list(not everything, lambda index, octets: self._found(index, octets, found))
        except ModemError as error:
            if not error.answered:
                self._noticed = noticed
                raise
            everything = False
            noticed = noticed or list(range(1, (self._modem.used or 0) + 1))
        for index in noticed:
            if index not in found and index not in self._entries:
                self._entries[index] = Entry(index, self._looked, self._order)
        if everything:
            self._forget_all_but(found)

    def _found(self, index, octets, found):
        found.append(index)
        entry = self._entries.get(index)
        crc = binascii.crc32(octets) if octets else None
        if entry and crc is not None and entry.crc in (None, crc):
            entry.unsure = False
            if entry.crc is None:
                self._decode(entry, octets, crc)
            elif entry.deleted:  # the modem said OK and kept it
                entry.deleted = False
                entry.again()
            return
        if entry and (crc is None or not (entry.deleted or entry.unsure) and crc != entry.odd):
            entry.odd = crc  # a place is taken anew only when it was free: noise on the line, or not when it comes again
            self._look = 2 if crc else self._look
            return
        if entry:
            self._forget(entry)
        entry = self._entries[index] = Entry(index, self._looked, self._order)
        if crc is not None:
            self._decode(entry, octets, crc)

    def _forget_all_but(self, found):
        """A look at all of it is over: what it did not show is gone, if the modem's count says so, or at the second time."""
        used = self._modem.used
        for entry in list(self._entries.values()):
            entry.missing = 0 if entry.index in found else entry.missing + 1
            if entry.missing > 1 or entry.missing and (entry.deleted or entry.unsure or used == len(found)):
                self._forget(entry)
        if not self._looked:
            self._looked = True
            self._first_look = clock.uptime()
            if used == len(found):
                self._post.forget_all_but([entry.print for entry in self._entries.values()])
        self._explained = (used if used != len(self._entries) else None, clock.uptime())

    def _forget(self, entry):
        """It is no longer on the SIM."""
        self._entries.pop(entry.index, None)
        self._parts.forget(entry)
        if entry.print and not any([other.print == entry.print for other in self._entries.values()]):
            self._post.forget(entry.print)

    # -- reading -------------------------------------------------------------------------------------------------

    def _decode(self, entry, octets, crc, keep=False):
        """Take a message's octets in; `keep` its text whatever else is kept."""
        try:
            found = decode(octets)
        except PduError as error:
            self._unreadable(entry, error)
            return
        entry.crc = crc
        entry.tries, entry.failing_since = 0, None
        for other in self._entries.values():
            other.not_before = 0 if other.crc is None else other.not_before  # reading works again: in their order
        if not isinstance(found, Deliver) or found.port:
            log("message dropped, from", getattr(found, "sender", None) or "nobody")
            self.doom(entry)
            return
        entry.time = found.time or 0
        entry.print = self._post.fingerprint(found) if not found.part or found.part[1] == 1 else None
        kept = len([1 for other in self._entries.values() if other.deliver])
        entry.deliver = found if keep or kept < _MOST_KEPT or found.part else None

    def _unreadable(self, entry, error):
        entry.again()
        entry.not_before = clock.uptime()
        if entry.tries >= _READS or entry.index is None:
            log("message unreadable,", error)
            entry.tries = 0
            self.doom(entry)

    async def _take_direct(self, octets):
        entry = Entry(None, True, 0)
        self._decode(entry, octets, 0, True)
        if entry.deliver:
            await self._take(entry)

    async def _take(self, entry):
        """Read the message if need be, and do what it says. Raises `ModemError`."""
        if entry.deliver is None:
            await self._read(entry)
            return
        deliver = entry.deliver
        if not self._wanted(deliver.sender, deliver.named):  # who may is judged when its turn comes
            log("message dropped, from", deliver.sender or "nobody")
            self.doom(entry)
            return
        entries = [entry]
        if deliver.part and deliver.part[1] > 1:
            entry.state = PART
            entries, deliver = self._parts.join(entry)
            if not entries:
                return
        for each in entries:
            each.state = HELD
            each.deliver = None
        fresh = all([each.fresh for each in entries])
        entry.print = await self._post.take(deliver, fresh, entries)
        for each in entries:
            each.print = entry.print

    async def _read(self, entry):
        try:
            octets = await self._modem.read(entry.index)
        except ModemError as error:
            if not error.answered:
                raise
            log("message cannot be read,", error)
            entry.again()  # it stays (R1.10)
            return
        self._forget(entry) if octets is None else self._decode(entry, octets, binascii.crc32(octets), True)

    # -- deleting ------------------------------------------------------------------------------------------------

    def done(self, entries):
        """Their reply is out, or there is none."""
        for entry in entries:
            self.doom(entry)

    def doom(self, entry):
        """Delete it; one that was never stored is gone already."""
        entry.state = DOOMED
        entry.deliver = None
        entry.not_before = 0
        self._signal.set()

    def deleted(self, entries):
        """True when all of these are gone, as far as the modem says."""
        return all([entry.deleted or entry.index is None for entry in entries])
