"""Who may command: the security list, the password, and what guessing costs (R1.8, R1.9, R3.4, R3.5, R20.3)."""

import app
import clock
from log import log
from micropython import const

from commands.args import dial_form, digits_of

_MOST_WRONG = const(5)  # passwords within an hour
_HOUR_S = const(3600)
_MOST_GUESSERS = const(16)
_guesses = {}  # sender -> [uptimes of wrong passwords]; more than _MOST_WRONG: ignored since the last


def user_of(sender, local=False):
    """ "BOSS", "USER", or None for a sender who gets nothing. Names and withheld numbers are on no list."""
    if local or app.store.get("SECLIST") == "OFF":
        return "BOSS"
    digits = digits_of(sender)
    if not digits.isdigit():
        return None
    for entry in app.store.get("SECNUMBERS"):
        if entry.split(",")[0] == digits:
            return "USER" if entry.endswith(",USER") else "BOSS"
    return None


def answers_strangers():
    """True when a sender who is not listed is told so."""
    return app.store.get("SMSCONFIRMUNAUTH") == "ON"


def wanted(sender):
    """False when a message from `sender` cannot matter, so that its parts need not be kept."""
    return user_of(sender) is not None or answers_strangers()


def take_password(sender, text):
    """(text without the password, None), or (None, the refusal; None when the sender is ignored)."""
    password = app.store.get("PASSWORD")
    if password is None:
        return text, None
    if _ignored(sender):
        return None, None
    if text[: len(password)] == password:
        return text[len(password) :].lstrip(), None
    return None, _wrong(sender)


def _ignored(sender):
    times = _guesses.get(sender, ())
    return len(times) >= _MOST_WRONG and clock.uptime() - times[-1] < _HOUR_S


def _wrong(sender):
    now = clock.uptime()
    times = [at for at in _guesses.pop(sender, ()) if now - at < _HOUR_S] + [now]
    if len(_guesses) >= _MOST_GUESSERS:
        del _guesses[min(_guesses, key=lambda name: _guesses[name][-1])]
    _guesses[sender] = times
    log("wrong password from", sender or "withheld")
    if len(times) == _MOST_WRONG:
        log("ignored for an hour:", sender or "withheld")
        numbers = app.store.get("ALERTNUMBERS")
        if numbers:
            app.outbox.alert(
                "ALERT! 5 wrong passwords from %s, ignored for an hour" % (sender or "a withheld number"),
                [dial_form(numbers[0])],
            )
    return "Invalid access password!"
