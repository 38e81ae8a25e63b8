"""The SIM: its codes, its numbers, and who needs it."""

from tools.simulator.modem.arguments import number, one_of, optional, string
from tools.simulator.modem.commands import table
from tools.simulator.modem.results import Refuse

_CME = {"NOT INSERTED": 10, "SIM PIN": 11, "SIM PUK": 12}
_CMS = {"NOT INSERTED": 310, "SIM PIN": 311, "SIM PUK": 316}
PIN_TRIES, PUK_TRIES = 3, 10
# after a PIN, or after AT+CFUN=1: the lines that a start has once the SIM is open
OPEN_LINES = ((2000, "+CPIN: READY"), (4000, "Call Ready"), (4050, "SMS Ready"))


def present(modem):
    """There is a card."""
    if modem.sim == "NOT INSERTED":
        raise Refuse(10)
    if modem.settings["CFUN"] == "0":
        raise Refuse(797)


def open_card(modem):
    """The card is there, open and not busy with its start."""
    present(modem)
    if modem.sim != "READY":
        raise Refuse(_CME[modem.sim])
    if not modem.sim_ready:
        raise Refuse(14)


def messages(modem):
    """Messages can be dealt with; too early it is a plain `operation not allowed`."""
    _messages(modem, 3)


def message_store(modem):
    """The store of messages can be asked; too early it is busy."""
    _messages(modem, 14)


def one_message(modem):
    """As `messages`, with the errors of chapter 4."""
    if modem.sim != "READY":
        raise Refuse(_CMS[modem.sim], "CMS")
    _messages(modem, 3)


def _messages(modem, too_early):
    if modem.sim != "READY":
        raise Refuse(_CME[modem.sim])
    if modem.settings["CFUN"] == "0":
        raise Refuse(797)
    if not modem.sms_ready:
        raise Refuse(too_early)


def air(modem):
    """The radio may be used: a locked SIM is a bare ERROR (log 10)."""
    if modem.settings["CFUN"] != "1":
        raise Refuse(797)
    if modem.sim == "NOT INSERTED":
        raise Refuse(10)
    if modem.sim != "READY":
        raise Refuse


@table.read("+CPIN")
def _state(modem):
    present(modem)
    if modem.sim == "READY" and not modem.sim_ready:
        raise Refuse(14)
    return ["+CPIN: " + modem.sim]


table.test("+CPIN")


@table.write("+CPIN", string(8), optional(string(8)), bad=(16, "CME"))
def _enter(modem, code, new):
    present(modem)
    if modem.sim == "SIM PUK" and new is not None:
        _unblock(modem, code, new)
    elif modem.sim == "SIM PIN" and new is None:
        _check_pin(modem, code)
    else:
        raise Refuse(12 if modem.sim == "SIM PUK" else 3)
    modem.sim = "READY"
    modem.play(OPEN_LINES)
    return []


def _check_pin(modem, code):
    if code != modem.pin:
        modem.pin_tries -= 1
        if modem.pin_tries <= 0:
            modem.sim = "SIM PUK"
        raise Refuse(16)
    modem.pin_tries = PIN_TRIES


def _unblock(modem, puk, new):
    if puk != modem.puk or not (4 <= len(new) <= 8 and new.isascii() and new.isdigit()):
        modem.puk_tries -= 1
        if modem.puk_tries <= 0:
            modem.sim = "NOT INSERTED"  # blocked for ever: no card at all
        raise Refuse(16)
    modem.pin, modem.pin_tries, modem.puk_tries = str(new), PIN_TRIES, PUK_TRIES


@table.execute("+SPIC")
def _tries(modem):
    present(modem)
    return [f"+SPIC: {max(modem.pin_tries, 0)},{max(modem.puk_tries, 0)},3,10"]


table.test("+SPIC")


@table.write("+CLCK", one_of("SC"), number(0, 2), optional(string(8)))
def _lock(modem, _, mode, code):
    """The question for the PIN at the start: off, on, or is it?"""
    open_card(modem)
    if mode == 2:
        return [f"+CLCK: {int(modem.asks_pin)}"]
    if code is None:
        raise Refuse(16)
    _check_pin(modem, code)
    modem.asks_pin = bool(mode)
    return []


table.test("+CLCK", '+CLCK: ("SC")')


@table.execute("+CIMI")
def _imsi(modem):
    open_card(modem)
    return [modem.imsi]


@table.execute("+CCID")
def _iccid(modem):
    present(modem)
    return [modem.iccid]


@table.execute("+CNUM")
def _own_number(modem):
    open_card(modem)
    return [f'+CNUM: "","{modem.own_number}",145,7,4'] if modem.own_number else []


for _name in ("+CIMI", "+CCID", "+CNUM"):
    table.test(_name)


# -- files of the card (27.007 8.18, TS 51.011) -------------------------------------------------------------------

READ_BINARY, DONE, NO_SUCH_FILE, NO_SUCH_INSTRUCTION = 176, "144,0", "148,4", "109,0"


def _swapped(digits):
    return bytes(int(digits[i + 1] + digits[i], 16) for i in range(0, len(digits), 2)).hex().upper()


_FILES = {
    0x2FE2: lambda modem: _swapped((modem.iccid + "ff")[:20]),
    0x6F07: lambda modem: "08" + _swapped("9" + modem.imsi),
    0x6F46: lambda modem: "00" + b"Sim".hex().upper() + "FF" * 13,  # the operator's name
    0x6FAD: lambda modem: "00000002",  # the network's code has two digits
}


@table.write("+CRSM", number(0, 255), optional(number(0, 65535)), *[optional(number(0, 255))] * 3, optional(string(400)))
def _file(modem, instruction, file, *_):
    open_card(modem)
    if instruction != READ_BINARY:
        return [f"+CRSM: {NO_SUCH_INSTRUCTION}"]
    if file not in _FILES:
        return [f"+CRSM: {NO_SUCH_FILE}"]
    return [f'+CRSM: {DONE},"{_FILES[file](modem)}"']


table.test("+CRSM")
