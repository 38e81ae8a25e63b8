"""Settings: a row each, with the way they are kept (manual 1.7.1), and the commands that keep them."""

from tools.simulator.modem.arguments import Quoted, number, one_of, optional, split, string
from tools.simulator.modem.charsets import NAMES
from tools.simulator.modem.commands import table
from tools.simulator.modem.results import Refuse

SAVE, AT_ONCE, NEVER = "by AT&W", "at once", "forgotten at every restart"
_OFF_ON = (number(0, 1),)
_RATES = (0, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800)
_CODES = ",".join(f'"{name}"' for name in NAMES)
# name, how kept, factory value, converters, what AT+NAME=? lists
_ROWS = (
    ("CMEE", SAVE, "0", (number(0, 2),), "(0-2)"),
    ("CREG", SAVE, "0", (number(0, 2),), "(0-2)"),
    ("CGREG", SAVE, "0", (number(0, 2),), "(0-2)"),
    ("CLTS", SAVE, "0", _OFF_ON, "(0,1)"),
    ("CSCLK", SAVE, "0", (number(0, 2),), "(0-2)"),
    ("CIURC", SAVE, "1", _OFF_ON, "(0,1)"),
    ("MORING", SAVE, "0", _OFF_ON, "(0,1)"),
    ("CSDT", SAVE, "0", _OFF_ON, "(0,1)"),
    ("CSMINS", SAVE, "0", _OFF_ON, "(0,1)"),
    ("CFGRI", SAVE, "2", (number(0, 2),), "(0-2)"),
    ("CBATCHK", SAVE, "1", _OFF_ON, "(0,1)"),
    ("CMGF", SAVE, "0", _OFF_ON, "(0,1)"),
    ("CSCS", SAVE, '"IRA"', (one_of(*NAMES),), f"({_CODES})"),
    ("CNMI", SAVE, "2,1,0,0,0", (), ""),  # its chapter: messages
    ("EXUNSOL", SAVE, "0", (), ""),
    ("DDET", SAVE, "0", (), ""),
    ("IPR", SAVE, "0", (one_of(*_RATES),), "(),(" + ",".join(map(str, _RATES)) + ")"),
    ("IFC", SAVE, "0,0", (number(0, 2), optional(number(0, 2))), "(0-2),(0-2)"),
    ("ICF", SAVE, "3,3", (number(1, 6), optional(number(0, 3))), "(1-6),(0-3)"),
    ("CLCC", AT_ONCE, "0", (), ""),
    ("CFUN", AT_ONCE, "1", (), ""),
    ("COPS", AT_ONCE, "0", (), ""),  # the form of the operator's name
    ("CLIP", NEVER, "0", _OFF_ON, "(0,1)"),
    ("CSDH", NEVER, "0", _OFF_ON, "(0,1)"),
    ("CRC", NEVER, "0", _OFF_ON, "(0,1)"),
    ("COLP", NEVER, "0", _OFF_ON, "(0,1)"),
    ("CSMS", NEVER, "0", (), ""),
    ("CSMP", NEVER, "17,167,0,0", (), ""),
    ("CUSD", NEVER, "0", (), ""),
    ("GSMBUSY", NEVER, "0", (number(0, 2),), "(0-2)"),
    ("CLIR", NEVER, "0", (number(0, 2),), "(0-2)"),
    ("SCLASS0", NEVER, "0", _OFF_ON, "(0,1)"),
    ("CPMS", NEVER, '"SM"', (), ""),
    ("CSCB", NEVER, '0,"",""', (), ""),
)
_TELLS_MORE = {"CLIP": ",1", "COLP": ",1", "CLIR": ",4", "CSMINS": ",1"}  # provisioned by the network; SIM inserted
_BASICS = (  # name, factory value, converter
    ("E", "1", number(0, 1)),
    ("V", "1", number(0, 1)),
    ("Q", "0", number(0, 1)),
    ("X", "4", number(0, 4)),
    ("L", "0", number(0, 3)),
    ("M", "0", number(0, 3)),
    ("&C", "1", number(0, 1)),
    ("&D", "0", number(0, 2)),
    ("S0", "0", number(0, 255)),
    ("S3", "13", number(0, 127)),
    ("S4", "10", number(0, 127)),
    ("S5", "8", number(0, 127)),
    ("S7", "60", number(0, 255)),
    ("S8", "2", number(0, 255)),
    ("S10", "15", number(1, 254)),
)
SAVED = {name: factory for name, factory, _ in _BASICS}  # AT&W keeps these
SAVED.update({name: factory for name, kept, factory, _, _ in _ROWS if kept in (SAVE, AT_ONCE)})
VOLATILE = {name: factory for name, kept, factory, _, _ in _ROWS if kept == NEVER}
_AT_ONCE = [name for name, kept, *_ in _ROWS if kept == AT_ONCE]
_KEPT_BY_RESET = ("IPR", "IFC", "ICF", "CSCLK", *_AT_ONCE)  # AT&F and ATZ leave them (manual 2.2.30, note)


def put(modem, key: str, value: str) -> None:
    """Set it, and keep it where it keeps itself."""
    modem.settings[key] = value
    if key in _AT_ONCE or (key == "IPR" and modem.keeps_speed):  # the hardware documents say that IPR saves itself
        modem.nonvolatile[key] = value


def merge(old: str, values) -> str:
    """The new value: what was left out stays."""
    kept = split(old)
    merged = [kept[i] if i < len(kept) and value is None else value for i, value in enumerate(values)]
    return ",".join(value.written if isinstance(value, Quoted) else str(value) for value in merged if value is not None)


def _setting(key, converters, listed):
    name = "+" + key

    @table.read(name)
    def tell(modem):
        return [f"{name}: {modem.settings[key]}{_TELLS_MORE.get(key, '')}"]

    @table.write(name, *converters)
    def change(modem, *values):
        put(modem, key, merge(modem.settings[key], values))
        return []

    table.test(name, f"{name}: {listed}")


for _key, _, _, _converters, _listed in _ROWS:
    if _converters:
        _setting(_key, _converters, _listed)


def _basic(name, convert):
    @table.read(name)
    def tell(modem):
        return [f"{int(modem.settings[name]):03d}"]

    @table.write(name, convert)
    def change(modem, value):
        modem.settings[name] = str(value)
        return []

    table.row(name).digits = not name.startswith("S")


for _name, _, _convert in _BASICS:
    _basic(_name, _convert)


@table.write("+IPR", one_of(*_RATES))
def _speed(modem, rate):
    put(modem, "IPR", str(rate))
    if rate:  # the new speed holds once the OK is out at the old one
        modem.after(modem.delay_ms + 15, lambda: setattr(modem.line, "modem_baud", rate))
    return []


@table.read("+EXUNSOL")
def _exunsol_now(modem):
    return [f'+EXUNSOL: "SQ",{modem.settings["EXUNSOL"]}']


@table.write("+EXUNSOL", string(), number(0, 1))
def _exunsol(modem, which, on):
    if which != "SQ":
        raise Refuse
    modem.settings["EXUNSOL"] = str(on)
    modem.watch_signal()
    return []


table.test("+EXUNSOL", '+EXUNSOL: ("SQ"),(0,1)')


# -- profiles -----------------------------------------------------------------------------------------------------


@table.execute("&W")
def _save(modem):
    for key in modem.nonvolatile:
        if key != "IPR" or modem.keeps_speed:
            modem.nonvolatile[key] = modem.settings[key]
    return []


def _reset(modem, settings):
    modem.settings.update({key: value for key, value in settings.items() if key not in _KEPT_BY_RESET})
    return []


@table.execute("&F")
def _to_factory(modem):
    return _reset(modem, SAVED)


@table.execute("Z")
def _to_saved(modem):
    return _reset(modem, modem.nonvolatile)


# AT&V in the order of a real listing (log 72), with what nothing else here knows
_LISTED = (
    "S0", "S3", "S4", "S5", ("S6", "2"), "S7", "S8", "S10", ("+CRLP", "61,61,48,6"), "V", "E", "Q", "X", "&C", "&D", "+CLTS",
    "+CREG", "+CGREG", "+CMEE", "+CIURC", "+CFGRI", ("+CMTE", "0"), ("+CANT", "0,0,10"), ("+STKPCIS", "0"), "+CMGF", "+CNMI",
    "+CSCS", ("+VTD", "1"), ("+CALS", "1"), ("+CHF", "0"), ("+CAAS", "1"), ("+CBUZZERRING", "0"), "+DDET", "+MORING",
    ("+SVR", "16"), ("+CCPD", "1"), ("+CSNS", "0"), ("+CSGS", "1"), ("+CNETLIGHT", "1"), ("+SLEDS", "64,64,64,800,3000,300"),
    "+CSDT", "+CSMINS", "+EXUNSOL", ("+FSHEX", "0"), ("+FSEXT", "0"), ("+CCTURI", "0"), "+IPR", "+IFC", "+CSCLK",
)  # fmt: skip


@table.execute("&V")
def _view(modem):
    profiles = (("DEFAULT", SAVED), ("USER", modem.nonvolatile), ("ACTIVE", modem.settings))
    return ["\r\n".join([f"{name} PROFILE", *_profile(values)]) for name, values in profiles]


def _profile(values):
    for one in _LISTED:
        name, value = one if isinstance(one, tuple) else (one, values[one.lstrip("+")])
        yield f"{name}: {value}"
