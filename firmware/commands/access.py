"""Who may command: the security list, the password, and what guessing costs (R1.8, R1.9, R3.4, R3.5, R20.3)."""

import clock
from log import log
from micropython import const
from values import digits_of

from commands.codes import matching_step

_MOST_WRONG = const(5)  # passwords within an hour; who gives more is ignored since the last
_HOUR_S = const(3600)
_MOST_GUESSERS = const(16)


class Access:
    """The lists and the guesses."""

    def __init__(self, store, tell_first):
        self._store = store
        self._tell_first = tell_first
        self._guesses = {}  # sender -> uptimes of wrong passwords

    def user_of(self, sender, named):
        """ "BOSS", "USER", or None for a sender who gets nothing. Names and withheld numbers are on no list."""
        if self._store.get("SECLIST") == "OFF":
            return "BOSS"
        if named or not sender:
            return None
        digits = digits_of(sender)
        for entry in self._store.get("SECNUMBERS"):
            if entry.split(",")[0] == digits:
                return "USER" if entry.endswith(",USER") else "BOSS"
        return None

    def listed(self, number):
        """True for a caller who may switch by a call (R4.1)."""
        return self._store.get("SECLIST") == "ON" and self._store.get("otp") is None and self.user_of(number, False) is not None

    def answers_strangers(self):
        """True when a sender who is not listed is told so."""
        return self._store.get("SMSCONFIRMUNAUTH") == "ON"

    def wanted(self, sender, named):
        """False when a message from the sender cannot matter, so that its parts need not be kept."""
        if named:
            return self._store.get("FORWARD") == "ON"  # a name never commands (R20.14)
        return self.user_of(sender, named) is not None or self.answers_strangers()

    def ignored(self, sender):
        """True for an hour after five wrong passwords or codes (R3.4)."""
        times = self._guesses.get(sender, ())
        return len(times) >= _MOST_WRONG and clock.uptime() - times[-1] < _HOUR_S

    def take_code(self, message, text):
        """(text without its one-time code, None, its step), or (None, the refusal, None) (R20.16)."""
        secret = self._store.get("otp")
        if secret is None:
            return text, None, None
        if self.ignored(message.sender):
            return None, None, None
        digits = text[:6]
        by_network = clock.source == "network" or clock.source == "modem" and self._store.get("nettime")
        if not by_network or message.time is None or not (len(digits) == 6 and digits.isdigit()) or text[6:7].isdigit():
            return None, "One-time code needed!", None
        step = matching_step(secret, digits, message.time, self._store.get("otp_step"))
        if step is None:
            return None, self._wrong(message.sender), None
        return text[6:].lstrip(), None, step

    def take_password(self, sender, text):
        """(text without the password, None), or (None, the refusal; None when the sender is ignored)."""
        password = self._store.get("PASSWORD")
        if password is None:
            return text, None
        if self.ignored(sender):
            return None, None
        if text[: len(password)] == password:
            return text[len(password) :].lstrip(), None
        return None, self._wrong(sender)

    def _wrong(self, sender):
        now = clock.uptime()
        guesses = self._guesses
        times = [at for at in guesses.pop(sender, ()) if now - at < _HOUR_S] + [now]
        if len(guesses) >= _MOST_GUESSERS:
            del guesses[min(guesses, key=lambda name: guesses[name][-1])]
        guesses[sender] = times
        log("wrong password from", sender or "withheld")
        if len(times) == _MOST_WRONG:
            log("ignored for an hour:", sender or "withheld")
            self._tell_first("ALERT! 5 wrong passwords from %s, ignored for an hour" % (sender or "a withheld number"))
        return "Invalid access password!"
