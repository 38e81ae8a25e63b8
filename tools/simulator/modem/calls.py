"""Calls as the modem sees them: ringing, alerting, active, ended, and the lines that tell so."""

from tools.simulator.modem import charsets, text_mode
from tools.simulator.network.network import Call

RING_MS = 3000
ALERTING_MS = 1500  # from ATD to the first ring at the other end
ANSWER_MS = 20_000  # so long ATD waits with COLP=1


def number_type(number: str) -> int:
    """145 international, 128 withheld, 129 else."""
    return 145 if number.startswith("+") else 129 if number else 128


def line(modem, ended: bool = False) -> str:
    """The call as AT+CLCC shows it."""
    call = modem.call
    stat = 6 if ended else 0 if call.state == "active" else 4 if call.incoming else 3 if call.alerting else 2
    alpha = charsets.to_wire(modem.name_of(call.number), text_mode.charset(modem))
    return f'+CLCC: 1,{int(call.incoming)},{stat},0,0,"{call.number}",{number_type(call.number)},"{alpha}"'


def _told(modem, ended=False):
    if modem.settings["CLCC"] == "1" and modem.call:
        modem.urc(line(modem, ended))


def change(modem, call, state: str, why: str = "") -> None:
    """A call's new state; the end of one is also told by a result or an unsolicited line of its own."""
    call.state, call.why = state, call.why or why
    if modem.call is call:
        _told(modem, state == "ended")
        if state == "ended":
            modem.call = None


def note(modem, book: str, number: str) -> None:
    """Put a number first in a list of calls."""
    old = [entry for _, entry in sorted(modem.phone_books[book].items())][:9]
    modem.phone_books[book] = dict(enumerate([(number, number_type(number), modem.name_of(number)), *old], 1))


# -- from the modem to a phone ------------------------------------------------------------------------------------


def dial(modem, digits: str) -> None:
    """ATD: OK at once; with COLP=1 after the phone has answered or not, and any key ends it."""
    phone = modem.network.phone(digits)
    call = Call(phone.number, False, "ringing", started=modem.world.now)
    phone.calls.append(call)
    modem.call = call
    note(modem, "LD", digits)
    _told(modem)
    modem.after(modem.delay("D") + ALERTING_MS, lambda: _callee(modem, phone, call))
    if modem.settings["COLP"] == "0":
        modem.answer([], "OK", "D")
        return
    modem.abort_by_key(lambda: _give_up(modem, call, "NO CARRIER"))
    modem.after(ANSWER_MS, lambda: _give_up(modem, call, "NO ANSWER"))


def _give_up(modem, call, final):
    if call.state == "ringing":
        change(modem, call, "ended", "device")
        modem.finish([], final)


def _callee(modem, phone, call):
    if call.state != "ringing":
        return
    if phone.refuses:
        refuse_call(modem, call)
    elif not phone.reachable:
        change(modem, call, "ended", "unreachable")
        _result(modem, "NO CARRIER")
    else:
        modem.tells_call("ringing")
        call.alerting = True
        _told(modem)
        if seconds := int(modem.settings["S7"]):
            modem.after(1000 * seconds, lambda: _unanswered(modem, call))
        if phone.answers_after is not None:
            modem.after(phone.answers_after, lambda: answer_call(modem, call))


def _unanswered(modem, call):
    """S7: nobody takes it."""
    if call.state == "ringing":
        change(modem, call, "ended", "unreachable")
        _result(modem, "NO ANSWER")


def _result(modem, final, lines=()):
    """The end of ATD where that still waits, else an unsolicited line. ATX0 to 2 know no busy tone."""
    if final == "BUSY" and modem.settings["X"] in "012":
        final = "NO CARRIER"
    if modem.aborts_by_key:
        modem.finish(list(lines), final)
    elif final != "OK":
        modem.urc(final)


def refuse_call(modem, call) -> None:
    """The phone does not want the call."""
    if call.state == "ringing":
        change(modem, call, "ended", "refused")
        _result(modem, "BUSY")


def answer_call(modem, call) -> None:
    """The phone takes the call."""
    if call.state != "ringing":
        return
    change(modem, call, "active")
    if call.incoming:
        return
    modem.tells_call("answered")
    if modem.aborts_by_key:
        _result(modem, "OK", [f'+COLP: "{call.number}",{number_type(call.number)},"",0,""'])


# -- from a phone to the modem ------------------------------------------------------------------------------------


def ring(modem, call) -> None:
    """The network rings: RING every 3 s, each with +CLIP when that is on; taken after S0 of them."""
    if modem.registered != 1 or modem.call is not None or modem.busy_sending:
        call.state, call.why = "ended", "unreachable"
        return
    if modem.settings["GSMBUSY"] != "0":
        call.state, call.why = "ended", "refused"
        return
    modem.call = call
    _told(modem)
    _ring(modem, call, 1)


def _ring(modem, call, count):
    if modem.call is not call or call.state != "ringing":
        return
    text = "+CRING: VOICE" if modem.settings["CRC"] == "1" else "RING"
    if modem.settings["CLIP"] == "1" and modem.network.clip:
        alpha = charsets.to_wire(modem.network.alpha or modem.name_of(call.number), text_mode.charset(modem))
        text += f'\r\n\r\n+CLIP: "{call.number}",{number_type(call.number)},"",0,"{alpha}",{0 if call.number else 1}'
    modem.urc(text)
    if 0 < int(modem.settings["S0"]) <= count:
        modem.after(200, lambda: answer_call(modem, call))
    modem.after(RING_MS, lambda: _ring(modem, call, count + 1))


def remote_hang_up(modem, call) -> None:
    """The phone ends the call."""
    if modem.call is not call:
        call.state, call.why = "ended", call.why or "phone"
        return
    if call.incoming and call.number:
        note(modem, "RC" if call.state == "active" else "MC", call.number)
    change(modem, call, "ended", "phone")
    _result(modem, "NO CARRIER")


def local_hang_up(modem) -> None:
    """ATH."""
    if modem.call:
        change(modem, modem.call, "ended", "device")


def key(modem, call, tone: str) -> None:
    """The phone has pressed a key: told where AT+DDET asks for it."""
    settings = (modem.settings["DDET"].split(",") + ["0"] * 4)[:4]
    if modem.call is call and call.state == "active" and settings[0] == "1":
        modem.urc(f"+DTMF: {tone}" + (",160" if settings[2] == "1" else ""))
