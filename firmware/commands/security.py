"""Chapter 3 of SPEC (manual 3, 5): security list, password, alert numbers."""

import log
import settings
from phones import MOST_NUMBERS, Member, Password, Phone
from values import BadValue, Refused

from commands.rows import CONF, INF, command, setting

_BOSS_REPLY = (
    "Your phone number has been assigned for all types of alerts and was added to security list which has been activated"
)
_NEEDS_BOSS = "SECNUMBER list needs one who may configure!"


class _ToRemove:
    """A number to remove, or ALL (None)."""

    hint = "a number of the list, or ALL"

    def parse(self, text):
        """The digits, or None."""
        return None if text.upper() == "ALL" else Phone().parse(text)


def _digits(entry):
    return entry.split(",")[0]


def _with(entries, entry, name):
    """The list with `entry`: in its old place when the number is there already (R3.3)."""
    numbers = [_digits(old) for old in entries]
    if _digits(entry) in numbers:
        place = numbers.index(_digits(entry))
        return entries[:place] + [entry] + entries[place + 1 :]
    if len(entries) >= MOST_NUMBERS:
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
    if _has_boss(store.get("SECNUMBERS")) and not _has_boss(entries):
        raise Refused(_NEEDS_BOSS)
    store.set("SECNUMBERS", entries)
    return "SECNUMBER+%s - OK" % entry


def _remove_member(context, digits):
    store = context.store
    entries = _without(store.get("SECNUMBERS"), digits)
    if entries and not _has_boss(entries):
        raise Refused(_NEEDS_BOSS)  # else everybody could
    store.set("SECNUMBERS", entries)
    if not entries:
        _list_off(store)
    return "SECNUMBER-%s - OK" % (digits or "ALL")


def _seclist_changed(context, value):
    if value == "OFF":
        _list_off(context.store)
    elif not _has_boss(context.store.get("SECNUMBERS")):
        raise Refused(_NEEDS_BOSS if context.store.get("SECNUMBERS") else "SECNUMBER list is empty!")


def _ring_changed(context, value):
    if context.store.get("SECLIST") == "OFF":
        raise Refused("SECLIST is not active!")


def _set_password(context, password):
    def know():
        log.secret = password

    context.store.set("PASSWORD", password)
    context.store.then(know)
    return "PASSWORD=%s - OK" % ("*****" if password else "NO")


def _own_number(context):
    if not Phone().ok(context.digits):
        raise Refused("Execute error!")
    return context.digits


def _make_me_boss(context):
    store = context.store
    if context.message.local:
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
    command("MAKEMEBOSS", CONF, _make_me_boss),
    command("SECNUMBER+", CONF, _add_member, Member()),
    command("SECNUMBER-", CONF, _remove_member, _ToRemove()),
    command("SECNUMBER?", INF, lambda context: _shown("SECNUMBER", context.store.get("SECNUMBERS"))),
    setting(settings.row_of("SECLIST"), _seclist_changed),
    setting(settings.row_of("RING"), _ring_changed),
    command("PASSWORD=", CONF, _set_password, Password()),
    command("ALERTME", CONF, _alert_me),
    command("ALERTNUMBER+", CONF, _add_alert_number, Phone()),
    command("ALERTNUMBER-", CONF, _remove_alert_number, _ToRemove()),
    command("ALERTNUMBER?", INF, lambda context: _shown("ALERTNUMBER", context.store.get("ALERTNUMBERS"))),
)
