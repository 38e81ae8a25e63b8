"""Chapter 3 of SPEC (manual 3, 5): security list, password, alert numbers."""

import app
from micropython import const

from commands.args import BadValue, Refused, digits_of
from commands.rows import CONF, INF, Setting, command
from commands.settings import Choice, setting

_MOST = const(10)  # numbers in a list
_BOSS_REPLY = (
    "Your phone number has been assigned for all types of alerts and was added to security list which has been activated"
)


class _Phone:
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


class _Password:
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
        return len(value) == 5 and all([_is_letter_or_digit(letter) for letter in value])


def _is_letter_or_digit(letter):
    """ASCII only: nothing else arrives from every phone alike."""
    return "0" <= letter <= "9" or "A" <= letter <= "Z" or "a" <= letter <= "z"


class _Member:
    """A number of the security list: "digits", or "digits,USER" for one that may not configure (R20.3)."""

    hint = "up to 15 digits[,USER]"

    def parse(self, text):
        """The entry."""
        digits, comma, role = text.partition(",")
        if comma and role.upper() != "USER":
            raise BadValue(self.hint)
        return _Phone().parse(digits) + (",USER" if comma else "")

    def ok(self, value):
        """True for an entry."""
        digits, comma, role = value.partition(",")
        return _Phone().ok(digits) and (not comma or role == "USER")


class _ToRemove:
    """A number to remove, or ALL (None)."""

    hint = "a number of the list, or ALL"

    def parse(self, text):
        """The digits, or None."""
        return None if text.upper() == "ALL" else _Phone().parse(text)


class _Listing:
    """What a file may hold: up to ten different entries."""

    def __init__(self, converter):
        self._converter = converter

    def ok(self, value):
        """True for a sound list."""
        return len(value) <= _MOST and all([self._converter.ok(entry) for entry in value])


def _digits(entry):
    return entry.split(",")[0]


def _with(entries, entry, name):
    """The list with `entry`: in its old place when the number is there already (R3.3)."""
    numbers = [_digits(old) for old in entries]
    if _digits(entry) in numbers:
        place = numbers.index(_digits(entry))
        return entries[:place] + [entry] + entries[place + 1 :]
    if len(entries) >= _MOST:
        raise Refused(name + " list is full!")
    return entries + [entry]


def _without(entries, digits):
    if digits is None:
        return []
    left = [entry for entry in entries if _digits(entry) != digits]
    if len(left) == len(entries):
        raise BadValue(_ToRemove.hint)
    return left


def _shown(name, entries):
    return name + "s: " + ", ".join([entry.replace(",USER", "(USER)") for entry in entries])


def _has_boss(entries):
    return any([not entry.endswith(",USER") for entry in entries])


def _list_off(store):
    store.set("SECLIST", "OFF")
    store.set("RING", "NOACTION")  # nobody may switch by a call that everybody can make


def _add_member(context, entry):
    store = context.store
    entries = _with(store.get("SECNUMBERS"), entry, "SECNUMBER")
    if store.get("SECLIST") == "ON" and not _has_boss(entries):
        raise Refused("SECNUMBER list is empty!")  # the last one who may configure must stay
    store.set("SECNUMBERS", entries)
    return "SECNUMBER+%s - OK" % entry


def _remove_member(context, digits):
    store = context.store
    entries = _without(store.get("SECNUMBERS"), digits)
    store.set("SECNUMBERS", entries)
    if not _has_boss(entries):
        _list_off(store)
    return "SECNUMBER-%s - OK" % (digits or "ALL")


def _seclist_changed(value):
    if value == "OFF":
        _list_off(app.store)
    elif not _has_boss(app.store.get("SECNUMBERS")):
        raise Refused("SECNUMBER list is empty!")


def _set_password(context, password):
    context.store.set("PASSWORD", password)
    return "PASSWORD=%s - OK" % ("*****" if password else "NO")


def _own_number(context):
    if not _Phone().ok(context.digits):
        raise Refused("Execute error!")
    return context.digits


def _make_me_boss(context):
    store = context.store
    if context.local:
        raise Refused("% - Over USB: SECNUMBER+ and ALERTNUMBER+, then SECLIST=ON")
    digits = _own_number(context)
    members = _with(store.get("SECNUMBERS"), digits, "SECNUMBER")
    alerts = _with(store.get("ALERTNUMBERS"), digits, "ALERTNUMBER")
    store.set("SECNUMBERS", members)
    store.set("ALERTNUMBERS", alerts)
    store.set("SECLIST", "ON")
    return _BOSS_REPLY


def _add_alert_number(context, digits):
    store = context.store
    store.set("ALERTNUMBERS", _with(store.get("ALERTNUMBERS"), digits, "ALERTNUMBER"))
    return "ALERTNUMBER+%s - OK" % digits


def _remove_alert_number(context, digits):
    store = context.store
    store.set("ALERTNUMBERS", _without(store.get("ALERTNUMBERS"), digits))
    return "ALERTNUMBER-%s - OK" % (digits or "ALL")


def _alert_me(context):
    _add_alert_number(context, _own_number(context))
    return "Your phone number has been assigned for all types of alerts!"


ROWS = (
    Setting("SECNUMBERS", [], _Listing(_Member())),
    Setting("ALERTNUMBERS", [], _Listing(_Phone())),
    Setting("PASSWORD", None, _Password()),
    command("MAKEMEBOSS", CONF, _make_me_boss),
    command("SECNUMBER+", CONF, _add_member, _Member()),
    command("SECNUMBER-", CONF, _remove_member, _ToRemove()),
    command("SECNUMBER?", INF, lambda context: _shown("SECNUMBER", context.store.get("SECNUMBERS"))),
    setting("SECLIST", Choice("OFF", "ON"), "OFF", _seclist_changed),
    command("PASSWORD=", CONF, _set_password, _Password()),
    command("ALERTME", CONF, _alert_me),
    command("ALERTNUMBER+", CONF, _add_alert_number, _Phone()),
    command("ALERTNUMBER-", CONF, _remove_alert_number, _ToRemove()),
    command("ALERTNUMBER?", INF, lambda context: _shown("ALERTNUMBER", context.store.get("ALERTNUMBERS"))),
)
