"""Converters: each owns a value's type, range and its one hint. Only `execute` turns `BadValue` into a reply.

A converter has `parse(text)` -> value (raises BadValue), `ok(value)` for what a file holds, `show(value)` and `hint`.
"""


class BadValue(Exception):
    """The user's value is not allowed; the message says what is."""


class Refused(Exception):
    """The command is right, but not now; the message is the whole reply."""


class Choice:
    """One word of several, the factory value first."""

    def __init__(self, *words):
        self.words = words
        self.hint = ",".join(words)

    def parse(self, text):
        """The word, in capitals."""
        if text.upper() not in self.words:
            raise BadValue(self.hint)
        return text.upper()

    def ok(self, value):
        """True for one of the words."""
        return value in self.words

    def show(self, value):
        """All words, the present one in parentheses (R1.5)."""
        return ",".join(["(%s)" % word if word == value else word for word in self.words])


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


class Phone:
    """A phone number of up to 15 digits; a leading `+` or `00` is put aside (R1.9)."""

    hint = "up to 15 digits"

    def parse(self, text):
        """The digits."""
        digits = digits_of(text)
        if not self.ok(digits):
            raise BadValue(self.hint)
        return digits

    def ok(self, value):
        """True for 3..15 digits."""
        return isinstance(value, str) and value.isdigit() and 3 <= len(value) <= 15


class Password:
    """Exactly 5 letters or digits, compared with case; or NO."""

    hint = "5 letters or digits, or NO"

    def parse(self, text):
        """The password; None for NO."""
        if text.upper() == "NO":
            return None
        if not self.ok(text):
            raise BadValue(self.hint)
        return text

    def ok(self, value):
        """True for a password."""
        return len(value) == 5 and all([is_letter_or_digit(letter) for letter in value])


def is_letter_or_digit(letter):
    """ASCII only: nothing else arrives from every phone alike."""
    return "0" <= letter <= "9" or "A" <= letter <= "Z" or "a" <= letter <= "z"


def digits_of(number):
    """A number without its leading `+` or `00`."""
    if number[:1] == "+":
        return number[1:]
    return number[2:] if number[:2] == "00" else number


def dial_form(digits):
    """How stored digits are dialled: international, short ones as they are (R3.3)."""
    return digits if len(digits) <= 6 else "+" + digits
