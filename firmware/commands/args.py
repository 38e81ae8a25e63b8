"""Converters: each owns a value's type, range and its one hint. Only `execute` turns `BadValue` into a reply.

A converter has `parse(text)` -> value (raises BadValue), `ok(value)` for what a file holds, `show(value)` and `hint`.
"""


class BadValue(Exception):
    """The user's value is not allowed; the message says what is."""


class Refused(Exception):
    """The command is right, but not now; the message is the whole reply."""


class Number:
    """A whole number within lo..hi; `unit` follows it where it is shown."""

    def __init__(self, lo, hi, unit=""):
        self.lo, self.hi, self.unit = lo, hi, unit
        self.hint = "%d..%d" % (lo, hi)

    def parse(self, text):
        """The number."""
        if not text.isdigit() or len(text) > 6 or not self.ok(int(text)):
            raise BadValue(self.hint)
        return int(text)

    def ok(self, value):
        """True for a number in range (JSON's true is none)."""
        return type(value) is int and self.lo <= value <= self.hi

    def show(self, value):
        """The number with its unit."""
        return "%d%s" % (value, self.unit)


def digits_of(number):
    """A number without its leading `+` or `00`."""
    if number[:1] == "+":
        return number[1:]
    return number[2:] if number[:2] == "00" else number


def dial_form(digits):
    """How stored digits are dialled: international, short ones as they are (R3.3)."""
    return digits if len(digits) <= 6 else "+" + digits
