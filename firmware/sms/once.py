"""A message takes effect exactly once (R1.10): execute in a transaction, commit it with fingerprint and reply, move the relay,
send the reply. What is known by its fingerprint is answered from the store and never executed again.

The store's `seen` holds the fingerprints of the executed messages that still lie on the SIM, each with its reply until that is
out. A message that changed nothing worth a write is in the next commit that happens anyway.
"""

import asyncio
import binascii
import hashlib

import clock
import restarts
import tasks
from log import log
from micropython import const
from modem import ModemError

_OLD_S = const(86400)
_RECENT = const(16)  # fingerprints remembered behind their deletion: the network delivers some texts twice
_ANSWER_S = const(60)  # the operator's
_ERROR = "Execute error!"
_UNSAVED = "Note! Settings cannot be saved!"
_HOUR_S = const(3600)
_MOST_ERRORS = const(5)  # error replies an hour to one number (R20.7)
_SAME_S = const(10)  # an identical text within this is not answered
_MOST_NUMBERS = const(16)
_DELETE_S = const(30)  # a REBOOT waits so long for its message's deletion
_DEAF_MS = const(20)  # a commit that took longer has erased: the UART may have lost something


def dialable(number):
    """True for a number that can be answered: digits, with or without `+`."""
    digits = number[1:] if number[:1] == "+" else number
    return 2 < len(digits) <= 20 and digits.isdigit()


class Once:
    """execute(deliver, fresh): coroutine, an `Outcome` of the commands; reply_of(lines, tail); before_restart(): notes what a
    restart by command must leave as it is."""

    def __init__(self, modem, store, relay, outbox):
        self._modem = modem
        self._store = store
        self._relay = relay
        self._outbox = outbox
        self._open = {}  # fingerprint -> entries of a message whose reply is not out yet
        self._recent = []
        self._errors = {}  # number -> uptimes of error replies
        self._latest = {}  # number -> [(hash of a text, uptime)] of the last 10 s
        self.received = 0
        self.execute = None
        self.reply_of = None
        self.before_restart = None
        self.on_done = None
        self.deleted = None

    def fingerprint(self, deliver):
        """What makes a message the same: sender, time stamp, text."""
        return binascii.hexlify(self._digest("%s|%s|%s" % (deliver.sender, deliver.time, deliver.text))).decode()

    def _digest(self, text):
        return hashlib.sha256(text.encode()).digest()[:4]

    async def take(self, deliver, fresh, entries):
        """Do what a whole message says, unless that has been done; its fingerprint."""
        name = entries[0].print or self.fingerprint(deliver)
        seen = self._store.get("seen")
        if name in self._open:  # delivered twice
            self._open[name] += entries
        elif name in self._recent:
            self.on_done(entries)
        elif name in seen:
            log("found again, from", deliver.sender)
            self._open[name] = entries
            self._answer(deliver, name, seen[name], True, False)
        elif not fresh and self._too_old(deliver):
            log("older than a day, deleted, from", deliver.sender)
            self.on_done(entries)
        else:
            self._open[name] = entries
            await self._execute(deliver, fresh, name)
        return name

    def _too_old(self, deliver):
        return clock.source == "network" and deliver.time is not None and clock.utc() - deliver.time > _OLD_S

    async def _execute(self, deliver, fresh, name):
        self.received += 1
        polite = self._is_polite(deliver)
        if restarts.safe and name == restarts.trying:
            log("not tried again, from", deliver.sender)
            self._answer(deliver, name, _ERROR, polite, False)
            return
        restarts.attempt(name)
        try:
            await self._carry_out(deliver, await self.execute(deliver, fresh), name, polite)
        except ModemError:
            raise
        except Exception as error:  # ours; never again
            tasks.on_failure("commands", error)
            if name in self._open:
                self._answer(deliver, name, _ERROR, polite, False)

    async def _carry_out(self, deliver, outcome, name, polite):
        """Commit what was executed, and answer."""
        asks = [line for line in outcome.lines if isinstance(line, tuple)]
        reply = self.reply_of([_ERROR if line in asks else line for line in outcome.lines], outcome.tail)
        polite = polite and not (outcome.failed and self._too_many_errors(deliver.sender))
        kept = reply if polite and not deliver.named and dialable(deliver.sender) else ""
        saved = await self.commit(outcome, name, kept or "", bool(asks))
        if not saved:
            outcome.lines.append(_UNSAVED)
            reply = self.reply_of(outcome.lines, outcome.tail) if not asks else reply
        if asks:
            tasks.guard("codes", self._ask(deliver, outcome, name, polite))
        else:
            self._answer(deliver, name, reply, polite, outcome.restart)

    async def commit(self, outcome, name, reply, now=False):
        """Make a transaction visible, write it with its fingerprint, move the relay. False when flash took no write.

        now: write in any case, before something acts outside the board.
        """
        store, saved = self._store, True
        start = clock.ticks_ms()
        async with self._modem.quiet():
            outcome.transaction.merge()
            if name:
                store.put("seen", name, reply, lazy=True)
            saved = self._write() if store.dirty or now or outcome.restart else True
            self._relay.apply()
            if store.dirty and saved:  # a timed state has begun: so it will not begin again (R2.1)
                self._write()
        if clock.ticks_diff(clock.ticks_ms(), start) > _DEAF_MS:
            self._modem.kick.set()
        return saved

    def _write(self):
        try:
            self._store.commit()
        except OSError:
            return False
        return True

    # -- replies -------------------------------------------------------------------------------------------------

    async def _ask(self, deliver, outcome, name, polite):
        """Put the operator's answers into the reply; the message is journaled already, so a cut asks nobody twice (R11)."""
        lines = await self.answers(outcome.lines)
        reply = self.reply_of(lines, outcome.tail)
        if name in self._store.get("seen"):
            self._store.put("seen", name, reply or "", lazy=True)
        self._answer(deliver, name, reply, polite, outcome.restart)

    async def answers(self, lines):
        """The lines with what the operator answers to the codes in them."""
        found = []
        for line in lines:
            if isinstance(line, tuple):
                try:
                    line = await self._modem.ask(line[1], _ANSWER_S)
                except ModemError as error:
                    log("code:", error)
                    line = _ERROR
            found.append(line)
        return found

    def _answer(self, deliver, name, reply, polite, restart):
        """Send the reply, if there is one; then the message is done with."""

        def done():
            self._done(name, restart)

        if reply and polite and not deliver.named and dialable(deliver.sender):
            self._outbox.reply(deliver.sender, reply, done)
        else:
            done()

    def _done(self, name, restart):
        """The reply is out, or there is none: it goes out no second time, whatever comes."""
        self._recent = self._recent[-_RECENT + 1 :] + [name]
        entries = self._open.pop(name)
        if self._store.get("seen").get(name):
            unsaved = self._store.unsaved("seen", name)
            self._store.put("seen", name, "", lazy=unsaved)
            if not unsaved:
                self._write()  # at once: no answer of the modem is awaited now
        self.on_done(entries)
        if restart:
            tasks.guard("restart", self._restart(entries))

    async def _restart(self, entries):
        """REBOOT (R20.15), once everything is answered; a modem that deletes nothing must not keep it from that."""
        for _ in range(_DELETE_S):
            if self.deleted(entries) and not self._open:
                break
            await asyncio.sleep(1)
        await self.restart("command")

    async def restart(self, why):
        """Restart the board, the store written."""
        self.before_restart()
        async with self._modem.quiet():
            self._write()
        restarts.restart(why)

    # -- the limits of politeness (R20.7) ------------------------------------------------------------------------

    def _is_polite(self, deliver):
        """False for an identical text from one number within 10 s: executed, not answered."""
        digest, now = self._digest(deliver.text), clock.uptime()
        rows = [row for row in self._latest.get(deliver.sender, ()) if now - row[1] <= _SAME_S]
        self._room(self._latest, deliver.sender)
        self._latest[deliver.sender] = rows[-_MOST_NUMBERS:] + [(digest, now)]
        return not any([row[0] == digest for row in rows])

    def _too_many_errors(self, sender):
        """True from the sixth error reply to a number within an hour on."""
        now = clock.uptime()
        times = [at for at in self._errors.get(sender, ()) if now - at < _HOUR_S]
        self._room(self._errors, sender)
        self._errors[sender] = times if len(times) >= _MOST_ERRORS else times + [now]
        return len(times) >= _MOST_ERRORS

    def _room(self, rows, sender):
        if sender not in rows and len(rows) >= _MOST_NUMBERS:
            rows.pop(next(iter(rows)))

    # -- fingerprints --------------------------------------------------------------------------------------------

    def forget(self, name):
        """Its message is no longer on the SIM."""
        self._store.put("seen", name, None, lazy=True)

    def forget_all_but(self, names):
        """The first look at the SIM is over: what is not there needs no fingerprint."""
        for name in list(self._store.get("seen")):
            if name not in names:
                self.forget(name)

    # -- the console ---------------------------------------------------------------------------------------------

    async def typed(self, outcome):
        """Carry out what was typed over USB; the reply. Nothing is found again here, so nothing is remembered of it."""
        if not await self.commit(outcome, None, None):
            outcome.lines.append(_UNSAVED)
        return self.reply_of(await self.answers(outcome.lines), outcome.tail)
