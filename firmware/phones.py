"""Kinds of values that say who may command: numbers, lists of them, the password. Loaded like kinds.py."""

from kinds import OrNo
from values import BadValue, digits_of


class Phone:
    """A phone number of up to 15 digits; a leading `+` or `00` is put aside (R1.9, R3.3)."""

    hint = "up to 15 digits"

    def parse(self, text):
        """The digits."""
        digits = digits_of(text)
        if not self.ok(digits):
            raise BadValue(self.hint)
        return digits

    def ok(self, value):
        """True for 3..15 digits."""
        return type(value) is str and value.isdigit() and 3 <= len(value) <= 15


class Member:
    """A number of the security list: "digits", or "digits,USER" for one that may not configure (R20.3)."""

    hint = "up to 15 digits[,USER]"
    _phone = Phone()

    def parse(self, text):
        """The entry."""
        digits, comma, role = text.partition(",")
        if comma and role.strip().upper() != "USER":
            raise BadValue(self.hint)
        return self._phone.parse(digits.strip()) + (",USER" if comma else "")

    def ok(self, value):
        """True for an entry."""
        if type(value) is not str:
            return False
        digits, comma, role = value.partition(",")
        return self._phone.ok(digits) and (not comma or role == "USER")


MOST_NUMBERS = 10  # in a list


class Listing:
    """Up to `most` different entries of one kind, in a list."""

    def __init__(self, kind, most=MOST_NUMBERS):
        self._kind = kind
        self._most = most

    def ok(self, value):
        """True for a sound list."""
        return type(value) is list and len(value) <= self._most and all([self._kind.ok(entry) for entry in value])


class Password(OrNo):
    """Exactly 5 letters or digits, compared with case; NO is None (R1.2). ASCII only: nothing else arrives alike."""

    hint = "5 letters or digits, or NO"

    def ok(self, value):
        """True for a password."""
        return (
            type(value) is str
            and len(value) == 5
            and all(["0" <= c <= "9" or "A" <= c <= "Z" or "a" <= c <= "z" for c in value])
        )
