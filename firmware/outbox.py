"""The only sender of messages (R15.2): alerts first, then replies, in order, bounded, once the network is there.

Alerts are in the store until the network took them. A reply needs no place there: its command's message stays on the SIM
until `done`.
"""

import clock
import dates
from at import ModemError
from log import log
from micropython import const
from pdu import PduError, submit
from tasks import IDLE_MS, beat

_MOST_ALERTS = const(8)  # each to any number of recipients
_MOST_REPLIES = const(12)
_TRIES = const(3)  # for a message that the network refuses
_STALE_S = const(86400)
_CLOCK_S = const(60)
_VAIN_S = const(3600)  # a reply is tried for so long in a network that is there and takes nothing
_STEADY_S = const(600)  # an outage in between begins the hour anew
_PAUSES_S = (10, 30)  # between tries
_NOT_REFUSED = (14, 314, 331, 332, 521, 532)  # SIM busy, no network: wait, do not count

SCHEMA = {"alerts": ([], lambda rows: all([_is_alert(row) for row in rows]))}


def _is_alert(row):
    text, when, numbers = row
    return isinstance(text, str) and isinstance(when, int) and all([isinstance(number, str) for number in numbers])


class _Letter:
    """One text to one number on its way."""

    def __init__(self, number, text, done):
        self.number = number
        self.text = text
        self.done = done
        self.part = 0  # parts the network has taken
        self.tries = 0  # that the network refused
        self.failing_since = 0  # uptime of the first try that the modem's trouble ended
        self.not_before = 0  # uptime
        self.reference = 0


class Outbox:
    """Queue of what must go out."""

    def __init__(self, modem, store):
        self._modem = modem
        self._store = store
        self._replies = []
        self._alert = None  # the letter under way of the first alert
        self._born = {}  # alert text -> uptime, for those whose wall time is not known
        self._reference = clock.ticks_ms() & 0xFF
        self.sent = 0
        self.dropped = 0

    # -- putting in ----------------------------------------------------------------------------------------------

    def post(self, number, text, done=None):
        """Send `text` to `number` ("+..." or digits). `done()` is called when it is out, or given up."""
        if len(self._replies) >= _MOST_REPLIES:
            self._drop(self._replies.pop(0))
        self._replies.append(_Letter(number, text, done))
        self._modem.online.set()

    def alert(self, text, numbers):
        """Tell every one of `numbers`; survives a restart. The caller commits the store, or `save_soon`s it."""
        if not numbers:
            return
        alerts = self._store.get("alerts")
        self._born[text] = clock.uptime()
        if self.pending(text):
            return
        if len(alerts) >= _MOST_ALERTS:
            self.dropped += 1
            log("outbox: alert dropped,", alerts[0][0])
            alerts = alerts[1:]
            self._alert = None
        self._store.set("alerts", alerts + [[text, clock.utc() or 0, list(numbers)]])
        self._modem.online.set()

    def _drop(self, letter):
        self.dropped += 1
        log("outbox: dropped, to", letter.number)
        if letter.done:
            letter.done()

    def pending(self, text=None):
        """How many letters wait; with `text`, whether that alert waits."""
        alerts = self._store.get("alerts")
        if text is not None:
            return any([row[0] == text for row in alerts])
        return len(self._replies) + len(alerts)

    # -- sending -------------------------------------------------------------------------------------------------

    async def run(self):
        """The outbox's task."""
        modem = self._modem
        while True:
            beat("outbox")
            letter = self._next() if modem.ready and modem.registered else None
            if letter is None:
                await modem.online.wait(self._idle_ms())
            else:
                await self._send(letter)

    def _idle_ms(self):
        if not self.pending():
            return IDLE_MS
        return 1000 if self._modem.ready and self._modem.registered else 5000

    def _next(self):
        """The letter that is due: the first alert's next recipient, else the first reply."""
        self._drop_stale()
        now = clock.uptime()
        alerts = self._store.get("alerts")
        if alerts and not self._waits_for_clock(alerts[0][0], now):
            if self._alert is None:
                self._alert = _Letter(alerts[0][2][0], self._dated(alerts[0][0], now), None)
            if self._alert.not_before <= now:
                return self._alert
        for letter in self._replies:
            if letter.not_before <= now:
                return letter
        return None

    def _waits_for_clock(self, text, now):
        """An alert from before the clock was known may still get its time: the network tells it soon after the start."""
        return dates.UNKNOWN in text and clock.source is None and now - self._born.get(text, 0) < _CLOCK_S

    def _dated(self, text, now):
        """The alert with its time, where that is known by now."""
        if dates.UNKNOWN not in text or clock.source is None or text not in self._born:
            return text
        return text.replace(dates.UNKNOWN, dates.text(clock.now() - (now - self._born[text])))

    def _drop_stale(self):
        alerts = self._store.get("alerts")
        while alerts and self._age(alerts[0]) > _STALE_S:
            log("outbox: alert older than a day,", alerts[0][0])
            self.dropped += 1
            alerts = alerts[1:]
            self._alert = None
            self._store.set("alerts", alerts)
            self._store.save_soon()

    def _age(self, row):
        """Seconds since the alert; from boot on when it is older than that and no network time tells more."""
        if row[1] and clock.source == "network":
            return clock.utc() - row[1]
        return clock.uptime() - self._born.get(row[0], 0)

    async def _send(self, letter):
        try:
            parts = submit(letter.number, letter.text, letter.reference)
            if not letter.reference and len(parts) > 1:
                self._reference = self._reference % 255 + 1
                letter.reference = self._reference
                parts = submit(letter.number, letter.text, letter.reference)
            while letter.part < len(parts):
                await self._modem.send(*parts[letter.part])
                letter.part += 1
                self.sent += 1
        except PduError:
            self._give_up(letter, "no such number")
        except ModemError as error:
            self._failed(letter, error)
        else:
            log("sent to", letter.number)
            self._finish(letter)

    def _failed(self, letter, error):
        code = error.code()
        if code is None and error.result != "ERROR" or code in _NOT_REFUSED:
            log("not sent,", error.result)  # the modem's trouble, not the message's
            now = clock.uptime()
            if not letter.failing_since or now - letter.not_before > _STEADY_S:
                letter.failing_since = now
            letter.not_before = now + 5
            if now - letter.failing_since >= _VAIN_S and letter is not self._alert:
                self._give_up(letter, "for too long")  # commands wait behind replies that cannot leave
            if code is None:
                self._modem.kick.set()
            return
        letter.tries += 1
        if letter.tries >= _TRIES:
            self._give_up(letter, error.result)
        else:
            log("refused,", error.result)
            letter.not_before = clock.uptime() + _PAUSES_S[letter.tries - 1]

    def _give_up(self, letter, why):
        log("given up, to", letter.number, why)
        self.dropped += 1
        self._finish(letter)

    def _finish(self, letter):
        if letter is not self._alert:
            if letter in self._replies:  # a full queue may have pushed it out meanwhile
                self._replies.remove(letter)
                if letter.done:
                    letter.done()
            return
        self._alert = None
        alerts = self._store.get("alerts")
        text, when, numbers = alerts[0]
        rest = [[text, when, numbers[1:]]] if len(numbers) > 1 else []
        self._store.set("alerts", rest + alerts[1:])
        if not rest:
            self._born.pop(text, None)
            self._store.save_soon()
