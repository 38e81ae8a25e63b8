"""Stored message -> Message -> command, exactly once (R1.10).

Read from the SIM, execute in memory, commit (state, fingerprint, reply), move the relay, send the reply, delete from the
SIM. A message found again whose fingerprint is known is answered from the store and deleted, never executed again.
"""

import asyncio
import binascii

import clock
from at import ModemError
from log import log
from messages import PRINT, Message, dialable, fingerprint
from micropython import const
from pdu import Deliver, PduError, decode
from rare import borrow
from tasks import IDLE_MS, Signal, beat

_MOST_HELD = const(8)  # executed, their replies not out yet: then the next ones wait on the SIM
_MOST_SEEN = const(9)  # fingerprints kept, more than can be held
_OLD_S = const(86400)
_CLOCK_WAIT_S = const(15)  # for the network's time, before a message found at start-up is judged


class Inbox:
    """What arrives.

    execute(message): coroutine, an `Outcome`; wanted(sender): False when nothing from this sender can matter;
    apply(): moves what the commands planned.
    """

    def __init__(self, modem, store, outbox, execute, wanted, apply):
        self._modem = modem
        self._store = store
        self._outbox = outbox
        self._execute = execute
        self._wanted = wanted
        self._apply = apply
        self._signal = Signal()
        self.pending = []  # indexes to read
        self._direct = []  # PDUs that came without being stored
        self.held = set()  # indexes read and not deleted yet
        self._doomed = []  # indexes to delete
        self.parts = {}  # of long messages, see rare/parts.py
        self._stored = None  # indexes found at start-up, or None before the first sweep
        self._first_sweep = 0
        self._open = {}  # fingerprint -> indexes of a message whose reply is not out yet
        self._answered = []  # fingerprints whose reply is out, or that have none
        self.tries = {}
        self.received = 0
        modem.on_message = self.notice

    # -- notices -------------------------------------------------------------------------------------------------

    def notice(self, index):
        """A message is stored at `index`; None: somewhere, look."""
        if index is None or len(self.pending) > 99:
            self._modem.kick.set()
        else:
            self.want(index)

    def want(self, index):
        """Read what is at `index`, unless that has been done."""
        if index not in self.held and index not in self.pending:
            self.pending.append(index)
            self._signal.set()

    def notice_direct(self, line):
        """A message that is not stored: its PDU in hex."""
        if len(self._direct) < _MOST_HELD:
            self._direct.append(line)
            self._signal.set()

    async def sweep(self):
        """Look through the whole store, as if every notification had been lost. Raises `ModemError`."""
        if self.parts:
            borrow("rare.parts").give_up_lonely(self)
        indexes = await self._modem.messages()
        if self._stored is None:
            self._stored = set(indexes)
            self._first_sweep = clock.uptime()
        for index in indexes:
            self.want(index)
        if not indexes and self._modem.total and self._modem.used >= self._modem.total and not self.held:
            await borrow("rare.odd_messages").clear(self._modem)

    # -- the task ------------------------------------------------------------------------------------------------

    async def run(self):
        """The inbox's task: one message at a time, in order of arrival."""
        while True:
            beat("inbox")
            try:
                await self._work()
            except ModemError as error:
                log("inbox: waits,", error.result)
                self._modem.kick.set()  # the sweep will find again what is open
                await asyncio.sleep(2)
            await self._signal.wait(1000 if self._must_wait_for_clock() else IDLE_MS)

    async def _work(self):
        while self._direct:
            line = self._direct.pop(0)
            await self._take_pdu(None, b"" if len(line) & 1 else binascii.unhexlify(line))
        while True:
            while self._doomed:
                await self._delete(self._doomed[0])
            if not self.pending or len(self.held) >= _MOST_HELD or self._must_wait_for_clock():
                return
            several = len(self.pending) > 1
            await self._take(await borrow("rare.odd_messages").earliest(self) if several else self.pending[0])
            beat("inbox")

    def _must_wait_for_clock(self):
        """Messages from before the start wait a moment for the network's time, the rest behind them."""
        if not self._stored or clock.source == "network":
            return False
        return clock.uptime() < self._first_sweep + _CLOCK_WAIT_S

    async def fetch(self, index):
        """The octets at an index; b"" when they cannot be read, None when there is nothing."""
        try:
            return await self._modem.read(index)
        except ValueError:  # noise
            return b""
        except ModemError as error:
            if error.result in ("timeout", "restart", "silent", "off"):
                raise
            return b""

    async def _take(self, index):
        """Read one message and do what it says."""
        octets = await self.fetch(index)
        self.pending.remove(index)
        if octets is None:
            self._stored_without(index)
            return
        await self._take_pdu(index, octets)

    async def _take_pdu(self, index, octets):
        if index is not None:
            self.held.add(index)
        try:
            found = decode(octets)
        except PduError as error:
            borrow("rare.odd_messages").unreadable(self, index, error)
            return
        self.tries.pop(index, None)
        if not isinstance(found, Deliver) or found.port or not self._wanted(found.sender):
            log("message dropped, from", getattr(found, "sender", "the network"))
            self.doom(index)
        elif found.part and found.part[1] > 1:
            await borrow("rare.parts").join(self, index, found)
        else:
            await self.deliver([index], found)

    # -- exactly once --------------------------------------------------------------------------------------------

    async def deliver(self, indexes, deliver):
        """Execute a whole message that is stored at `indexes`, unless it is known. Raises `ModemError`."""
        fresh = self._stored is not None and not any([index in self._stored for index in indexes])
        message = Message(deliver.sender, deliver.time, deliver.zone, deliver.text, fresh)
        print_ = fingerprint(message)
        known = [row[PRINT:] for row in self._store.get("seen") if row[:PRINT] == print_]
        if print_ in self._open:  # delivered twice
            self._open[print_] += indexes
            return
        if print_ in self._answered:
            self._done(indexes, False)
            return
        self._open[print_] = indexes
        if known:
            log("found again, from", message.sender)
            self.answer(message, print_, known[0], False)
        elif not fresh and self._too_old(message):
            log("older than a day, deleted, from", message.sender)
            self.answer(message, print_, None, False)
        else:
            await self._execute_once(message, print_)

    def _too_old(self, message):
        return clock.source == "network" and message.time is not None and clock.utc() - message.time > _OLD_S

    async def _execute_once(self, message, print_):
        self.received += 1
        try:
            outcome = await self._execute(message)
        except Exception:
            self.answer(message, print_, None, False)  # never again
            raise
        if self._store.dirty or outcome.restart:
            await self._commit(print_, outcome.reply)
        else:
            self._apply()  # a move that changes nothing to be remembered
        if outcome.later:
            asyncio.create_task(borrow("rare.odd_messages").answer_later(self, message, print_, outcome.later))
        else:
            self.answer(message, print_, outcome.reply, outcome.restart)

    async def _commit(self, print_, reply):
        seen = self._store.get("seen")[-_MOST_SEEN + 1 :]
        self._store.set("seen", seen + [print_ + (reply or "")])
        await self.save()

    async def save(self):
        """Commit and move the relay, in this order."""
        async with self._modem.channel.quiet():
            self._store.commit()
            self._apply()
            if self._store.dirty:  # a timed state has begun: so it will not begin again (R2.1)
                self._store.commit()
        self._modem.kick.set()  # whatever came in while flash was written

    def answer(self, message, print_, reply, restart):
        """Send the reply, if there is one; then the message is done with."""

        def done():
            self._answered = self._answered[-_MOST_SEEN:] + [print_]
            self._forget_reply(print_)
            self._done(self._open.pop(print_), restart)

        if reply and dialable(message.sender):
            self._outbox.post(message.sender, reply, done)
        else:
            done()

    def _forget_reply(self, print_):
        """The reply is out: the next commit, whenever it comes, keeps the fingerprint alone."""
        rows = [row[:PRINT] if row[:PRINT] == print_ else row for row in self._store.get("seen")]
        self._store.set("seen", rows, lazy=True)

    # -- deleting ------------------------------------------------------------------------------------------------

    def _done(self, indexes, restart):
        for index in indexes:
            self.doom(index)
        if restart:
            asyncio.create_task(borrow("rare.odd_messages").restart_when_deleted(self, indexes))

    def doom(self, index):
        """Delete what is at `index`; None: it was never stored."""
        if index is not None:
            self._doomed.append(index)
            self._signal.set()

    async def _delete(self, index):
        """Delete a message. When that fails it may have worked all the same and the slot be taken by a new message: so
        it is read again, and known by its fingerprint.
        """
        self._doomed.pop(0)
        self._stored_without(index)
        try:
            await self._modem.delete(index)
        finally:
            self.held.discard(index)

    def _stored_without(self, index):
        if self._stored:
            self._stored.discard(index)
