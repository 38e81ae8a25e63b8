"""Calls: dial, take, hang up, list, tones (manual 2.2.2 to 2.2.9, 3.2.16, 6.2.15)."""

from tools.simulator.modem import calls, ussd
from tools.simulator.modem.arguments import Quoted, number, optional
from tools.simulator.modem.commands import sim_card, table
from tools.simulator.modem.commands.settings import put
from tools.simulator.modem.results import Later, Refuse

KEYS = frozenset("0123456789*#ABCD")
_DIALLED = frozenset("0123456789*#+,")


def dial(modem, argument: str):
    """ATD: a voice call with `;`, a code of the network, else a data call that nobody takes."""
    if modem.sim != "READY":
        raise Refuse(10 if modem.sim == "NOT INSERTED" else None)
    digits = argument.removesuffix(";").strip().removeprefix("T").replace(" ", "").replace("-", "")
    if ussd.is_code(digits):
        sim_card.air(modem)
        ussd.ask(modem, digits)
        return []
    if not argument.endswith(";") or not digits.removeprefix("+").isdigit() or not digits.isascii():
        raise _no_carrier(modem) if set(digits) <= _DIALLED else Refuse
    if modem.registered != 1:
        raise _no_carrier(modem)
    if modem.call:
        raise Refuse(3)
    calls.dial(modem, digits)
    raise Later


def _no_carrier(modem):
    modem.answer([], "NO CARRIER", "D")
    return Later()


table.row("D").raw = dial


@table.execute("A")
def _take(modem):
    if not modem.call or not modem.call.incoming or modem.call.state != "ringing":
        raise Refuse
    calls.change(modem, modem.call, "active")
    return []


@table.write("H", number(0, 0))
def _hang_up(modem, _):
    modem.local_hang_up()
    return []


table.row("H").digits = True


@table.execute("+CLCC")
def _list(modem):
    return [calls.line(modem)] if modem.call else []


@table.read("+CLCC")
def _list_mode(modem):
    return [f"+CLCC: {modem.settings['CLCC']}"]


@table.write("+CLCC", number(0, 1))
def _set_list_mode(modem, on):
    put(modem, "CLCC", str(on))
    return []


table.test("+CLCC", "+CLCC: (0,1)")


@table.execute("+CPAS")
def _activity(modem):
    call = modem.call
    return [f"+CPAS: {0 if not call else 4 if call.state == 'active' or not call.incoming else 3}"]


table.test("+CPAS", "+CPAS: (0-5)")


@table.read("+CCALR")
def _call_ready(modem):
    return [f"+CCALR: {int(modem.sms_ready)}"]


table.test("+CCALR", "+CCALR: (0,1)")


def _tones(token):
    keys = "" if token is None else token.replace(",", "") if isinstance(token, Quoted) else token
    if not keys or set(keys) - KEYS or (len(keys) > 1 and not isinstance(token, Quoted)):
        raise Refuse
    return keys


@table.write("+VTS", _tones, optional(number(1, 255)))
def _send_tones(modem, keys, _):
    if not modem.call or modem.call.state != "active":
        raise Refuse(3)
    modem.call.heard += keys
    return []


table.test("+VTS", "+VTS: (0-9,*,#,A,B,C,D),(1-255)")


@table.read("+DDET")
def _detection(modem):
    return [f"+DDET: {','.join((modem.settings['DDET'].split(',') + ['0'] * 4)[:4])}"]


@table.write("+DDET", number(0, 1), optional(number(0, 10000)), optional(number(0, 1)), optional(number(0, 1)))
def _detect(modem, *values):
    modem.settings["DDET"] = ",".join(str(value or 0) for value in values)
    return []


table.test("+DDET", "+DDET: (0,1),(0-10000),(0,1),(0,1)")
