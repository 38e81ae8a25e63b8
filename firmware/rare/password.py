"""The access password, and what guessing costs (R3.4, R3.5, R20.3)."""

import app
import clock
from commands.access import guesses
from log import log
from micropython import const

from rare.alerts import alert_numbers, tell

_MOST_WRONG = const(5)  # passwords within an hour; who gives more is ignored since the last
_HOUR_S = const(3600)
_MOST_GUESSERS = const(16)


def take(sender, text):
    """(text without the password, None), or (None, the refusal; None when the sender is ignored)."""
    password = app.store.get("PASSWORD")
    if _ignored(sender):
        return None, None
    if text[: len(password)] == password:
        return text[len(password) :].lstrip(), None
    return None, _wrong(sender)


def _ignored(sender):
    times = guesses.get(sender, ())
    return len(times) >= _MOST_WRONG and clock.uptime() - times[-1] < _HOUR_S


def _wrong(sender):
    now = clock.uptime()
    times = [at for at in guesses.pop(sender, ()) if now - at < _HOUR_S] + [now]
    if len(guesses) >= _MOST_GUESSERS:
        del guesses[min(guesses, key=lambda name: guesses[name][-1])]
    guesses[sender] = times
    log("wrong password from", sender or "withheld")
    if len(times) == _MOST_WRONG:
        log("ignored for an hour:", sender or "withheld")
        text = "ALERT! 5 wrong passwords from %s, ignored for an hour" % (sender or "a withheld number")
        tell(text, alert_numbers()[:1])
    return "Invalid access password!"
