"""All that the store keeps, in one place: the settings (word, factory value, kind) and what the device remembers by itself.
Loaded at the start, and for a text that names a setting; not kept.

A plain setting needs its row here and nothing else: `WORD=VALUE`, `WORD?`, HELP and the check of a file come from it.
"""

from kinds import Celsius, Change, Choice, Code, Difference, Name, RelayTime, Rule
from phones import Listing, Member, Password, Phone
from values import Number

MOST_RULES = 8

SETTINGS = (  # word, factory value, kind
    ("RESTARTTIME", 10, Number(1, 600, " seconds")),
    ("SECLIST", "OFF", Choice("OFF", "ON")),
    ("PASSWORD", None, Password()),
    ("RING", "NOACTION", Choice("NOACTION", "RESTART", "SWITCH")),
    ("RINGCONFIRM", "SMS", Choice("SMS", "CALL", "OFF")),
    ("SMSCONFIRM", "ON", Choice("ON", "OFF")),
    ("ERROR", "ON", Choice("ON", "OFF")),
    ("SMSCONFIRMUNAUTH", "OFF", Choice("OFF", "ON")),
    ("THERMOSTAT", "HEATING", Choice("HEATING", "COOLING")),
    ("SWITCHOFFTEMP", 100, Celsius()),
    ("SWITCHOFFALERT", "OFF", Choice("OFF", "ON")),
    ("TSENSFAILALERT", "OFF", Choice("OFF", "ON")),
    ("TRISEALERT", None, Celsius(off=True)),
    ("TFALLALERT", None, Celsius(off=True)),
    ("SENSORTYPE", "NO", Choice("NO", "NC")),
    ("ALERT", "SMS", Choice("SMS", "CALL", "SMSCHANGE", "OFF")),
    ("RELAYTIME", "0", RelayTime()),
    ("POWERALERT", "ON", Choice("ON", "OFF")),
    ("POWERSTATE", "REMEMBER", Choice("REMEMBER", "ON", "OFF")),
    ("CREDITUMS", None, Code()),
    ("SMSLIMIT", 100, Number(1, 500, " messages")),
    ("HYSTERESIS", 0, Difference(0, 10)),
    ("MINCYCLE", 0, Number(0, 3600, " seconds")),
    ("SENSORFAIL", "KEEP", Choice("KEEP", "OFF", "ON")),
    ("FROSTGUARD", None, Celsius(-20, 30, off=True)),
    ("TEMPOFFSET", 0, Difference(-10, 10)),
    ("TFASTALERT", None, Change()),
    ("POWERDELAY", 2, Number(2, 3600, " seconds")),
    ("ID", None, Name()),
    ("HEARTBEAT", 0, Number(0, 30, " days")),
    ("KEEPALIVE", 0, Number(0, 180, " days")),
    ("FORWARD", "OFF", Choice("OFF", "ON")),
)


class _Whole:
    """A whole number within lo..hi."""

    def __init__(self, lo=0, hi=None):
        self._lo, self._hi = lo, hi

    def ok(self, value):
        return type(value) is int and value >= self._lo and (self._hi is None or value <= self._hi)


class _Rows:
    """A dictionary (put field by field) or a list whose every value passes."""

    def __init__(self, kind, check, most=None):
        self._kind, self._check, self._most = kind, check, most

    def ok(self, value):
        if type(value) is not self._kind or (self._most is not None and len(value) > self._most):
            return False
        return all([self._check(row) for row in (value.values() if self._kind is dict else value)])


def _whole(value):
    return type(value) is int


def _text(value):
    return type(value) is str


def _alert(row):
    """kind, text, UTC time or 0, recipients left."""
    if type(row) is not list or len(row) != 4:
        return False
    kind, text, at, numbers = row
    return _text(kind) and _text(text) and _whole(at) and type(numbers) is list and all([_text(number) for number in numbers])


def _run(row):
    """A timed command accepted and not begun (R2.1): [on, seconds], on None for RESTART."""
    return type(row) is list and len(row) == 2 and row[0] in (None, 0, 1) and _whole(row[1]) and 1 <= row[1] <= 65000


class _Secret:
    """16 letters of base 32 or more."""

    def ok(self, value):
        return type(value) is str and 16 <= len(value) <= 64 and not value.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


_FLAG = _Whole(0, 1)
STATE = (  # key, factory value, check; a dictionary is kept field by field
    ("SECNUMBERS", [], Listing(Member())),
    ("ALERTNUMBERS", [], Listing(Phone())),
    ("rules", [], Listing(Rule(), MOST_RULES)),
    ("relay", 0, _FLAG),  # the socket's state that a restart remembers (R2.2)
    ("run", None, _Rows(list, _run, 2)),
    ("thermostat", 0, _FLAG),
    ("told_rise", 0, _FLAG),  # temperature alerts that are not armed
    ("told_fall", 0, _FLAG),
    ("told_sensor", 0, _FLAG),
    ("frost", 0, _FLAG),  # the frost guard holds the socket (R20.6)
    ("minmax", None, _Rows(list, _whole, 5)),  # since, lowest, at, highest, at: local seconds and tenths of C (R20.10)
    ("alarm", 0, _FLAG),
    ("alarmlog", [], _Rows(list, _whole, 10)),  # local seconds of activations; 0: unknown
    ("sensor", 0, _FLAG),  # the contact's state that SMSCHANGE has told
    ("fired", {}, _Rows(dict, _whole)),  # rule -> local minute it fired in
    ("minute", 0, _Whole()),  # the latest local minute that the scheduler has looked at
    ("zone", 0, _Whole(-96, 96)),  # of that minute
    ("mains", 0, _FLAG),  # a mains pin that was believed (R10.3)
    ("outage", None, _Whole()),  # UTC of a mains failure not yet followed by its end; 0: unknown
    ("outage_told", 0, _FLAG),  # it has lasted for POWERDELAY: told, and the modem may be off
    ("restored", 0, _Whole()),  # UTC of the latest `Power supply restored` (R10.2)
    ("alerts", {}, _Rows(dict, _alert)),  # number -> kind, text, UTC time, recipients left
    ("seen", {}, _Rows(dict, _text)),  # fingerprint of a message on the SIM -> its reply, "" when that is out
    ("sent", None, _Rows(list, _whole, 3)),  # day, messages of it, 1 when the limit was told (R20.7)
    ("heartbeat", None, _Rows(list, _whole, 2)),  # local day of the first and of the latest (R20.13)
    ("taken", 0, _Whole()),  # UTC when the network last took a message (R20.20)
    ("forwarded", None, _Rows(list, _whole, 2)),  # day, texts of it (R20.14)
    ("nettime", 0, _FLAG),  # the modem's clock, which bridges a restart, has the network's time
    ("otp", None, _Secret()),  # of the one-time codes (R20.16)
    ("otp_step", 0, _Whole()),  # the latest step whose code was taken
    ("resets", 0, _Whole(0, 1000)),  # of the board, by a modem that stayed silent
    ("window", 1800, _Whole(0, 1800)),  # seconds that the configuration window is open yet, as of the start (R1.4)
)

SECURITY = ("SECNUMBERS", "SECLIST", "PASSWORD", "otp")  # what locks people in or out: never a factory value for a damaged one


def row_of(word):
    """The row of a setting's word, or None."""
    for row in SETTINGS:
        if row[0] == word:
            return row
    return None


# -- older versions -----------------------------------------------------------------------------------------------


def _from_0(state):
    """A settings file without seal or sequence, as people write by hand for --settings restore."""
    return {key.upper() if row_of(key.upper()) else key: value for key, value in state.items()}


def _from_1(state):
    """Whole degrees become tenths; lists of rows become dictionaries."""
    for key in ("SWITCHOFFTEMP", "TRISEALERT", "TFALLALERT"):
        if type(state.get(key)) is int:
            state[key] *= 10
    for name in state.pop("told", None) or ():
        state["told_%s" % name] = 1
    seen = state.pop("seen", None)
    if type(seen) is list:
        state["seen"] = {row[:8]: row[8:] for row in seen if _text(row)}
    for key in ("alerts", "fired", "run"):
        state.pop(key, None)
    return state


def migrated(state):
    """The state of an older version as this one keeps it; a newer one's is kept as it is."""
    version = state.pop("v", 0)
    for migrate in (_from_0, _from_1)[version if version in (0, 1) else 2 :]:
        state = migrate(state)
    return state


def adopted(state, older, note):
    """What of a file's state passes its check; of a damaged key that secures the device the older generation's value.

    note(key): called for each damaged one.
    """
    kinds = {row[0]: row[2] for row in SETTINGS + STATE}
    found = {}
    for key, value in state.items():
        kind = kinds.get(key)
        if kind is not None and not _sound(kind, value):
            note(key)
            value = older.get(key) if key in SECURITY else None
            value = value if value is not None and _sound(kind, value) else None
        if value is not None:
            found[key] = value
    if found.get("SECLIST") == "ON" and not found.get("SECNUMBERS"):
        del found["SECLIST"]  # damaged in both: nobody is locked out (R3.2)
    return found


def _sound(kind, value):
    try:
        return bool(kind.ok(value))
    except Exception:
        return False
