"""The way of a message out: AT+CMGS, and AT+CMGW with AT+CMSS (manual 4.2.5, 4.2.6, 4.2.7)."""

from tools.simulator.modem import hostile, text_mode
from tools.simulator.modem.arguments import Quoted, either, number, one_of, optional, string
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.results import Later, Refuse, error
from tools.simulator.network import pdu, sms

SHORTEST, LONGEST = 7, 160  # octets of a TPDU
_BAD_PDU, _BAD_VALUE, _FULL = (304, "CMS"), (325, "CMS"), (322, "CMS")
_TYPE = optional(either(one_of(129, 145, 161), number(128, 255)))
_STATES = {"STO UNSENT": 2, "STO SENT": 3, "REC UNREAD": 0, "REC READ": 1}

table.needs(sim_card.one_message, "+CMGS", "+CMGW", "+CMSS")


@table.write("+CMGS", either(number(0, 999), string(80)), _TYPE, bad=_BAD_VALUE)
def _send(modem, where, kind):
    make = _maker(modem, where, kind)
    modem.prompt(lambda body: _take(modem, body, make, lambda parts: submit(modem, parts, "+CMGS")))
    raise Later


table.test("+CMGS")


@table.execute("+CMGW")
def _write_without_number(modem):
    return _write(modem, None, None, None)


@table.write("+CMGW", either(number(0, 999), string(80)), optional(either(number(0, 255), string(12))), optional(string(12)),
             bad=_BAD_VALUE)  # fmt: skip
def _write(modem, where, kind, state):
    text_mode_on = modem.settings["CMGF"] == "1"
    if not text_mode_on and isinstance(kind, Quoted) or (state is not None and state not in _STATES):
        raise Refuse(*_BAD_VALUE)
    stat = (2 if kind is None else kind) if not text_mode_on else _STATES[state or "STO UNSENT"]
    if stat not in range(4):
        raise Refuse(*_BAD_VALUE)
    make = _maker(modem, where, kind if text_mode_on else None, to_send=stat >= 2)
    modem.prompt(lambda body: _take(modem, body, make, lambda parts: _keep(modem, parts, stat)))
    raise Later


table.test("+CMGW")


@table.write("+CMSS", number(0, 999), optional(string(80)), _TYPE, bad=(321, "CMS"))
def _send_stored(modem, index, written, kind):
    store = modem.memory(1)
    if index not in store:
        raise Refuse(321, "CMS")
    stat, octets = store[index]
    if stat < 2:
        raise Refuse(302, "CMS")
    if written is not None:
        octets = _readdressed(octets, _address(modem, written, kind))
    submit(modem, [octets], "+CMSS", lambda: store.__setitem__(index, [3, octets]))
    raise Later


table.test("+CMSS")


# -- from what the host typed to PDUs -----------------------------------------------------------------------------


def _maker(modem, where, kind, to_send=True):
    """f(body) -> the PDUs of it, by AT+CMGF. Refuses at once what cannot become one."""
    if modem.settings["CMGF"] == "0":
        if not isinstance(where, int):
            raise Refuse(*_BAD_VALUE)
        if not SHORTEST <= where <= LONGEST:
            raise Refuse(*_BAD_PDU)
        return lambda body: [_tpdu(modem, body, where, to_send)]
    if isinstance(where, int):
        raise Refuse(*_BAD_VALUE)
    if isinstance(kind, Quoted):
        raise Refuse(*_BAD_VALUE)
    to = _number(modem, where) if where is not None else ""
    if not to and where is not None:
        raise Refuse(*_BAD_VALUE)
    return lambda body: text_mode.make(modem, to, kind, body)


def _number(modem, written):
    try:
        found = text_mode.given_number(modem, written)
        pdu.address(found)
    except ValueError:
        raise Refuse(*_BAD_VALUE) from None
    return found


def _address(modem, written, kind):
    return pdu.address(_number(modem, written), kind)


def _tpdu(modem, body, length, to_send):
    try:
        octets = bytes.fromhex(body.decode("ascii"))
        centre, tpdu = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
        if len(tpdu) != length:
            raise ValueError
        pdu.read(tpdu, strict=True)
        if to_send:
            sms.read_submit(tpdu)
    except (ValueError, IndexError):
        raise Refuse(*_BAD_PDU) from None
    if not centre and not modem.smsc and to_send:
        raise Refuse(330, "CMS")
    return tpdu


def _readdressed(octets, address):
    """The same message to somebody else."""
    size = 2 + (octets[2] + 1) // 2
    return octets[:2] + address + octets[2 + size :]


def _take(modem, body, make, then):
    """The prompt is over: with a body, or left by ESC."""
    if body is None:
        modem.answer([], "OK")
        return
    try:
        then(make(body))
    except Refuse as refused:
        modem.answer([], error(refused, modem.settings["CMEE"]))


# -- what becomes of it -------------------------------------------------------------------------------------------


def _keep(modem, parts, stat):
    store = modem.memory(1)
    free = [index for index in range(1, modem.capacity + 1) if index not in store]
    if len(free) < len(parts):
        raise Refuse(*_FULL)
    for index, octets in zip(free, parts, strict=False):
        store[index] = [stat, octets]
    modem.answer([f"+CMGW: {free[0]}"], "OK", "+CMGW=")


def submit(modem, parts, name, then=lambda: None):
    """Hand the parts to the network, and tell how that went."""
    mode, more = hostile.take(modem, "Ctrl-Z") or ("", None)
    if mode == "silent":
        modem.unheard()
    elif mode in ("ok", "error"):
        final = "OK" if mode == "ok" else error(Refuse(*more), modem.settings["CMEE"])
        modem.after(modem.delay("+CMGS"), lambda: modem.finish([], final))
    elif not modem.smsc and modem.settings["CMGF"] == "1":
        modem.answer([], error(Refuse(330, "CMS"), modem.settings["CMEE"]))
    elif modem.registered != 1:
        modem.after(modem.delay("+CMGS"), lambda: modem.finish([], error(Refuse(331, "CMS"), modem.settings["CMEE"])))
    else:
        late = hostile.late_ms("Ctrl-Z", more) if mode == "late" else 0
        modem.sending = True
        modem.after(modem.delay("+CMGS"), lambda: _tell(modem, parts, name, late, mode == "lost", then))


def _tell(modem, parts, name, late, lost, then):
    modem.sending = False
    for octets in parts:
        code = _hand_in(modem, octets)
        if code is not None:
            lines, final = [], error(Refuse(code, "CMS"), modem.settings["CMEE"])
            break
    else:
        lines, final = [f"{name}: {modem.reference}"], "OK"
        then()
    if lost:
        modem.unheard()
    else:
        modem.after(late, lambda: modem.finish(lines, final))


def _hand_in(modem, octets):
    modem.reference = (modem.reference + 1) % 256
    try:
        return modem.network.submit(bytes((octets[0], modem.reference)) + octets[2:])
    except ValueError:
        return 304
