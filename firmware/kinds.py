"""Kinds of values: each owns a type, its range and its one hint, for commands and for what a file may hold alike. Loaded with
settings.py and the chapters that name them, not kept.

A kind has `parse(text)` -> value (raises `BadValue`), `ok(value)`, `show(value)` for `WORD?`, `said(value)` for the
confirmation, and `hint`.
"""

from sms import gsm7
from values import BadValue, celsius_of, celsius_text, days_of, set_point_text, tenths


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
        return type(value) is str and value in self.words

    def show(self, value):
        """All words, the present one in parentheses (R1.5)."""
        return ",".join(["(%s)" % word if word == value else word for word in self.words])

    def said(self, value):
        """The word."""
        return value


class Celsius:
    """A set point: `10C`, `7.5C` or `50F`, kept in tenths of C (R6.1, R20.18); with `off`, OFF is None."""

    def __init__(self, lo=-55, hi=120, off=False):
        self.lo, self.hi, self.off = lo * 10, hi * 10, off
        self._fahrenheit = (-(-(lo * 9) // 5) + 32, hi * 9 // 5 + 32)
        self.hint = "%dC..%dC or %dF..%dF" % ((lo, hi) + self._fahrenheit)
        if off:
            self.hint += " or OFF"

    def parse(self, text):
        """Tenths of C; from F whole degrees, cut toward zero."""
        text = text.upper().replace("°", "")
        if self.off and text == "OFF":
            return None
        value = celsius_of(text)
        if (
            value is None
            or text[-1] == "F"
            and not self._fahrenheit[0] <= tenths(text[:-1].strip()) // 10 <= self._fahrenheit[1]
        ):
            raise BadValue(self.hint)
        if not self.ok(value):
            raise BadValue(self.hint)
        return value

    def ok(self, value):
        """True for a set point; None (OFF) is a factory value and never in a file."""
        return type(value) is int and self.lo <= value <= self.hi

    def show(self, value):
        """`10C(50F)` or `OFF`."""
        return "OFF" if value is None else set_point_text(value)

    said = show


class Difference:
    """A difference of temperatures, `1.5C`, in tenths of C within lo..hi C; shown in C only (R20.4)."""

    def __init__(self, lo, hi):
        self.lo, self.hi = lo * 10, hi * 10
        self.hint = "%dC..%dC" % (lo, hi)

    def parse(self, text):
        """Tenths of C."""
        value = tenths(text[:-1].strip()) if text[-1:] in ("C", "c") else tenths(text)
        if value is None or not self.ok(value):
            raise BadValue(self.hint)
        return value

    def ok(self, value):
        """True for a difference in range."""
        return type(value) is int and self.lo <= value <= self.hi

    def show(self, value):
        """`1.5C`."""
        return celsius_text(value)

    said = show


class Change:
    """How fast a temperature may change: `5C/30` (1..50 C in 5..240 minutes), kept as text, or OFF (None) (R20.19)."""

    hint = "1C..50C/5..240 or OFF"

    def parse(self, text):
        """The text, tidied."""
        text = text.upper().replace(" ", "")
        if text == "OFF":
            return None
        if not self.ok(text):
            raise BadValue(self.hint)
        return text

    def ok(self, value):
        """True for a change."""
        if type(value) is not str:
            return False
        degrees, slash, minutes = value.partition("C/")
        found = tenths(degrees)
        return bool(slash and found is not None and 10 <= found <= 500 and minutes.isdigit() and 5 <= int(minutes) <= 240)

    def show(self, value):
        """As it is, or OFF."""
        return value or "OFF"

    said = show


class OrNo:
    """A text that passes `ok`, kept as it is; NO is None."""

    def parse(self, text):
        """The text, None for NO."""
        if text.upper() == "NO":
            return None
        if not self.ok(text):
            raise BadValue(self.hint)
        return text


class Name(OrNo):
    """What the device is called: up to 20 characters of the 7-bit alphabet without `;`, case kept; NO is None (R20.12)."""

    hint = "up to 20 characters, or NO"

    def ok(self, value):
        """True for a name."""
        return type(value) is str and 0 < len(value) <= 20 and ";" not in value and gsm7.encode(value) is not None

    def show(self, value):
        """As it is, or NO."""
        return value or "NO"

    said = show


class RelayTime:
    """`ON`, `ON60`, `OFF`, `OFF60` or `0`; up to 65000 seconds. Kept as text (R8.4)."""

    hint = "ON,ON1..ON65000,OFF,OFF1..OFF65000,0"

    def parse(self, text):
        """The text, tidied."""
        text = text.upper()
        word = text.rstrip("0123456789")
        digits = text[len(word) :]
        if text == "0" or word in ("ON", "OFF") and not digits:
            return text
        if word not in ("ON", "OFF") or len(digits) > 5 or not 1 <= int(digits) <= 65000:
            raise BadValue(self.hint)
        return word + str(int(digits))

    def ok(self, value):
        """True for a text that parses to itself."""
        try:
            return type(value) is str and self.parse(value) == value
        except BadValue:
            return False

    def show(self, value):
        """As it is."""
        return value

    said = show


class Code(OrNo):
    """A code for the operator: `*`, `#` and digits, ending in `#` (R11). `no`: the hint names NO, for a setting."""

    def __init__(self, no=False):
        self.hint = "*100#" + (" or NO" if no else "")

    def ok(self, value):
        """True for a code."""
        return (
            type(value) is str
            and 2 < len(value) < 30
            and value[0] in "*#"
            and value[-1] == "#"
            and not value.strip("*#0123456789")
        )


class Rule:
    """A scheduler's rule `hh:mm,days,action`, kept as text; days `*`, `1`, `1-5`, `135` (R9, R20.9)."""

    hint = "hh:mm,*|1..7|1-5|135,ON|OFF|INF|AON|AOF|TON|TOF|SOT=21C"
    actions = ("ON", "OFF", "INF", "AON", "AOF", "TON", "TOF")

    def parse(self, text):
        """The rule in capitals."""
        rule = text.upper().replace("°", "").replace(" ", "")
        if not self.ok(rule):
            raise BadValue(self.hint)
        return rule

    def ok(self, value):
        """True for a rule."""
        fields = value.split(",") if type(value) is str else ()
        if len(fields) != 3 or not is_minute(fields[0]) or not days_of(fields[1]):
            return False
        return fields[2] in self.actions or fields[2][:4] == "SOT=" and self._is_set_point(fields[2][4:])

    def _is_set_point(self, text):
        try:
            return Celsius().parse(text) == celsius_of(text)
        except BadValue:
            return False


def is_minute(text):
    """True for `hh:mm` with leading zeros."""
    hour, colon, minute = text.partition(":")
    numbers = hour.isdigit() and minute.isdigit() and len(hour) == len(minute) == 2
    return bool(numbers and colon and int(hour) < 24 and int(minute) < 60)
