"""What travels between inbox and commands, and what makes a message the same message."""

import binascii
import hashlib
from collections import namedtuple

from micropython import const

PRINT = const(8)  # characters of a fingerprint

Message = namedtuple("Message", ("sender", "time", "zone", "text", "fresh"))
# sender: "+358...", digits, a name or ""; time: UTC seconds since 2000 or None; zone: quarter hours;
# fresh: False when it was found in storage at start-up
Outcome = namedtuple("Outcome", ("reply", "later", "restart"))
# reply: text or None; later: coroutine function that gives the reply, or None; restart: after the reply


def fingerprint(message):
    """What makes a message the same: sender, time stamp, text."""
    digest = hashlib.sha256(("%s|%s|%s" % (message.sender, message.time, message.text)).encode()).digest()
    return binascii.hexlify(digest[: PRINT // 2]).decode()


def dialable(number):
    """True for a number that can be answered: digits, with or without `+`."""
    digits = number[1:] if number[:1] == "+" else number
    return 2 < len(digits) <= 20 and digits.isdigit()
