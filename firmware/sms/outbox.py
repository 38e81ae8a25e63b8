"""The only sender of messages (R15.2, R8.6): alerts and replies, in order for each recipient, bounded, once the network
is there. One recipient's trouble holds up no other.

An alert is an entry of the store until every recipient has got it: its number, kind, text, birth and the recipients left. A
reply needs no place there: its command's message stays on the SIM until `done`.
"""

import asyncio

import clock
import dates
from log import log
from micropython import const
from modem import ModemError
from tasks import IDLE_MS, beat
from values import dial_form

from sms.bill import LIMIT, Bill
from sms.pdu import PduError, submit

MOST_ALERTS = const(16)  # under way at once
_MOST_REPLIES = const(12)
_MANY_REPLIES = const(8)
_TRIES = const(3)  # of a message that the network refuses
_FIRST_S = const(5)  # growing delay between tries, doubled up to an hour
_LONGEST_S = const(3600)
_REPLY_S = const(3600)  # a reply is tried for so long in a network that is there and takes nothing
_STALE_S = const(86400)
_CLOCK_S = const(60)  # an alert from before the clock was known may still get its time
_REFUSALS = (1, 8, 10, 21, 22, 27, 28, 29, 30, 50, 69, 111, 193, 195, 304, 305, 311, 312, 316, 323, 324, 325, 330, 529)
# CMS codes that refuse the message itself; all others pass (SIM800.md, section 12)


def refuses(error):
    """True when an error refuses the message itself; what passes is waited out (R15.2)."""
    return error.kind == "CMS" and error.code in _REFUSALS


class _Letter:
    """One text to one number on its way."""

    def __init__(self, number, text, done, alert=None):
        self.number = number
        self.text = text
        self.done = done
        self.alert = alert  # the entry's number
        self.part = 0  # parts the network has taken
        self.refused = 0
        self.wait_s = 0  # the latest delay
        self.not_before = 0  # uptime
        self.failing_since = None  # uptime; None: not tried in vain
        self.reference = 0


class Outbox:
    """Queue of what must go out."""

    def __init__(self, modem, store):
        self._modem = modem
        self._store = store
        self._replies = []
        self._letters = {}  # (alert, number) -> _Letter, for alerts that were tried or wait to be
        self._born = {}  # alert -> uptime, of those born in this life
        self._reference = clock.ticks_ms() & 0xFF
        self.bill = Bill(store, self._tell_limit)

    # -- putting in ----------------------------------------------------------------------------------------------

    def reply(self, number, text, done=None):
        """Send `text` to `number` ("+..." or digits). `done()` is called when it is out, or given up. The oldest makes room."""
        if len(self._replies) >= _MOST_REPLIES:
            oldest = self._replies[0]
            log("outbox: dropped, to", oldest.number)
            self._finish(oldest)
        self._replies.append(_Letter(number, text, done))
        self._modem.online.set()

    def alert(self, kind, text, numbers=None, born=None):
        """Tell every alert number (or `numbers`, as they are dialled); survives a restart once the caller has saved the store.

        kind: "mains", "temperature", "contact", "notice", "report", "forward" or LIMIT; `%t` in the text becomes
        the time of its birth (`born`, an uptime, now if None) when it is sent. Gives the entry's number, None when there is
        nobody to tell.
        """
        if numbers is None:
            numbers = [dial_form(digits) for digits in self._store.get("ALERTNUMBERS")]
        if not numbers:
            return None
        alerts = self._store.get("alerts")
        if len(alerts) >= MOST_ALERTS:
            self._make_room(alerts)
        name = str(max([int(key) for key in alerts] or [0]) + 1)
        self._born[name] = clock.uptime() if born is None else born
        utc = clock.utc()
        at = 0 if utc is None else utc - clock.uptime() + self._born[name]
        self._store.put("alerts", name, [kind, text, at, list(numbers)])
        self._modem.online.set()
        return name

    def tell_first(self, text, kind="notice"):
        """Tell the first alert number. Gives the entry's number, None when there is none."""
        numbers = self._store.get("ALERTNUMBERS")[:1]
        return self.alert(kind, text, [dial_form(digits) for digits in numbers])

    def _tell_limit(self, limit):
        self.tell_first("ALERT! %d messages today: no replies until midnight" % limit, LIMIT)
        self._store.save_soon()

    def _kind(self, letter):
        """The kind of a letter's alert, None for a reply."""
        return None if letter.alert is None else self._store.get("alerts")[letter.alert][0]

    def _make_room(self, alerts):
        """Of a contact all but the first and the last give way first, then notices and reports, then the oldest (R8.6)."""
        order = sorted(alerts, key=int)
        contact = [name for name in order if alerts[name][0] == "contact"]
        others = [name for name in order if alerts[name][0] in ("notice", "report", LIMIT, "forward")]
        name = contact[1] if len(contact) > 2 else (others + contact + order)[0]
        log("outbox: alert dropped,", alerts[name][1])
        self._forget(name)

    def _forget(self, name):
        self._store.put("alerts", name, None)
        self._born.pop(name, None)
        for key in [key for key in self._letters if key[0] == name]:
            del self._letters[key]

    def waits(self, name):
        """True while the alert of this number has recipients left."""
        return name is not None and name in self._store.get("alerts")

    def pending(self):
        """How many messages wait."""
        return len(self._replies) + len(self._store.get("alerts"))

    def congested(self):
        """True while replies wait that are not tried in vain: more would push them out."""
        waiting = len([letter for letter in self._replies if letter.failing_since is None])
        return waiting >= _MANY_REPLIES and self._modem.registered

    def time_known(self):
        """The clock was set: alerts of this life get their birth."""
        for name, born in self._born.items():
            row = self._store.get("alerts").get(name)
            if row and not row[2]:
                self._store.put("alerts", name, [row[0], row[1], clock.utc() - clock.uptime() + born, row[3]], lazy=True)

    # -- the task ------------------------------------------------------------------------------------------------

    async def run(self):
        """The outbox's task."""
        modem = self._modem
        while True:
            wait_ms = 1000
            if not self.pending():
                wait_ms = IDLE_MS
            elif modem.ready and modem.registered:
                letter = self._next()
                if letter:
                    await self._send(letter)
                    wait_ms = 0
            beat("outbox")
            if wait_ms:
                await modem.online.wait(wait_ms)
            else:
                await asyncio.sleep_ms(0)  # what was answered is deleted before the next reply goes out

    def _next(self):
        """The letter that is due: alerts before replies; of one recipient's always the oldest alert first."""
        now = clock.uptime()
        alerts = self._store.get("alerts")
        busy = []  # recipients with an older alert still under way
        for name in sorted(alerts, key=int):
            if self._drop_stale(name, alerts[name], now) or self._waits_for_clock(name, alerts[name], now):
                continue
            for number in alerts[name][3]:
                if number in busy:
                    continue
                letter = self._letters.get((name, number))
                if letter is None:
                    letter = self._letters[name, number] = _Letter(number, None, None, name)
                if letter.not_before <= now and self.bill.allows(self._kind(letter)):
                    letter.text = letter.text or self._dated(name, alerts[name])
                    return letter
                busy.append(number)
                if letter.not_before <= now and alerts[name][0] == "contact":  # the limit holds it: old news tomorrow
                    self._give_up(letter, "SMSLIMIT")
                    break
        for letter in list(self._replies):
            if letter.not_before <= now:
                if self.bill.allows(self._kind(letter)):
                    return letter
                self._finish(letter)
        return None

    def _drop_stale(self, name, row, now):
        if self._age(name, row, now) <= _STALE_S:
            return False
        log("outbox: alert older than a day,", row[1])
        self._forget(name)
        self._store.save_soon()
        return True

    def _age(self, name, row, now):
        """Seconds since the alert; from this start on where no network time tells more."""
        if name in self._born:
            return now - self._born[name]
        return clock.utc() - row[2] if row[2] and clock.source == "network" else now

    def _waits_for_clock(self, name, row, now):
        if row[0] == "forward" or "%t" not in row[1] or row[2] or clock.source is not None:
            return False
        return now - self._born.get(name, -_CLOCK_S) < _CLOCK_S

    def _dated(self, name, row):
        """The alert's text with its time, where that is known by now."""
        kind, text, at, _ = row
        if kind in ("report", "forward"):
            return text
        device_name = self._store.get("ID")
        text = text.replace("%t", dates.text(at + clock.zone * 900 if at else None))
        return device_name + ": " + text if device_name else text

    # -- sending -------------------------------------------------------------------------------------------------

    async def _send(self, letter):
        try:
            parts = submit(letter.number, letter.text, letter.reference)
            if not letter.reference and len(parts) > 1:
                self._reference = self._reference % 255 + 1
                letter.reference = self._reference
                parts = submit(letter.number, letter.text, letter.reference)
            while letter.part < len(parts):
                await self._modem.send(*parts[letter.part])  # octets without service centre, hex
                letter.part += 1
                self.bill.count(self._kind(letter))
        except PduError:
            self._give_up(letter, "no such number")
        except ModemError as error:
            self._failed(letter, error)
        else:
            log("sent to", letter.number)
            self._finish(letter)

    def _failed(self, letter, error):
        now = clock.uptime()
        if error.kind in ("timeout", "restart", "silent", "off"):
            self._modem.kick.set()
        if refuses(error):
            letter.refused += 1
            if letter.refused >= _TRIES:
                self._give_up(letter, error)
                return
        letter.failing_since = now if letter.failing_since is None else letter.failing_since
        if letter.alert is None and now - letter.failing_since >= _REPLY_S:
            self._give_up(letter, "for too long")
            return
        letter.wait_s = min(letter.wait_s * 2 or _FIRST_S, _LONGEST_S)
        letter.not_before = now + letter.wait_s
        log("not sent to", letter.number, error)

    def _give_up(self, letter, why):
        log("given up, to", letter.number, why)
        self._finish(letter)

    def _finish(self, letter):
        if letter.alert is None:
            if letter in self._replies:  # a full queue may have pushed it out meanwhile
                self._replies.remove(letter)
                if letter.done:
                    letter.done()
            return
        self._letters.pop((letter.alert, letter.number), None)
        row = self._store.get("alerts").get(letter.alert)
        if row is None:
            return
        left = [number for number in row[3] if number != letter.number]
        if left:
            self._store.put("alerts", letter.alert, [row[0], row[1], row[2], left])
        else:
            self._forget(letter.alert)
        self._store.save_soon()
