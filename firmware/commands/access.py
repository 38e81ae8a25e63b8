"""Who may command: the security list, the password, and what guessing costs (R1.8, R1.9, R3.4, R3.5, R20.3)."""

import app
from rare import borrow

from commands.args import digits_of

guesses = {}  # sender -> [uptimes of wrong passwords], see rare/password.py


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
    if app.store.get("PASSWORD") is None:
        return text, None
    return borrow("rare.password").take(sender, text)
