"""What values are to people and on the line: numbers, set points, phone numbers, weekdays. kinds.py asks the rest."""


class BadValue(Exception):
    """The user's value is not allowed; the message says what is."""


class Refused(Exception):
    """The command is right, but not now; the message is the whole reply, `%` in it the command's name."""


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

    def said(self, value):
        """The number alone."""
        return str(value)


def tenths(text):
    """Tenths of a decimal number with at most one place behind the point, or None."""
    digits = text.lstrip("+")
    sign = -1 if digits[:1] == "-" else 1
    whole, point, part = digits[sign < 0 :].partition(".")
    if not whole.isdigit() or len(whole) > 3 or (point and not (part.isdigit() and len(part) == 1)):
        return None
    return sign * (int(whole) * 10 + int(part or 0))


def celsius_of(text):
    """Tenths of C of `10C`, `7.5C` or `50F` (whole degrees, cut toward zero), or None for anything else (R6.1, R20.18)."""
    value = tenths(text[:-1].strip())
    if value is None or text[-1:] not in ("C", "F"):
        return None
    if text[-1] == "C":
        return value
    if value % 10:
        return None
    value = (value - 320) * 5
    return (-(-value // 90) if value < 0 else value // 90) * 10


def celsius_text(value):
    """`7.5C` or `7C` of tenths."""
    whole, part = divmod(abs(value), 10)
    return "%s%d%sC" % ("-" if value < 0 else "", whole, ".%d" % part if part else "")


def set_point_text(value):
    """`10C(50F)` of a set point in tenths of C: F to the nearest even number, a tie up (R6.1)."""
    return "%s(%dF)" % (celsius_text(value), (18 * value + 3300) // 200 * 2)


def digits_of(number):
    """A number without its leading `+` or `00` (R1.9)."""
    if number[:1] == "+":
        return number[1:]
    return number[2:] if number[:2] == "00" else number


def dial_form(digits):
    """How stored digits are dialled: national (leading 0) and short ones as they are, others international (R3.3)."""
    return digits if len(digits) <= 6 or digits[0] == "0" else "+" + digits


def days_of(text):
    """The weekdays of a rule as digits, 1 is Monday; "" for none that could be meant."""
    if text == "*":
        return "1234567"
    if len(text) == 3 and text[1] == "-" and text[0] in "1234567" and text[2] in "1234567" and text[0] < text[2]:
        return "1234567"[int(text[0]) - 1 : int(text[2])]
    ascending = all([text[i] < text[i + 1] for i in range(len(text) - 1)])
    return text if text and ascending and not text.strip("1234567") else ""
