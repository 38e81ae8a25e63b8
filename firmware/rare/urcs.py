"""What the modem says by itself and seldom: that it has restarted, that something is wrong with the SIM, how a call goes."""

import app
import clock
from at import ignore
from log import log
from modem import BOOT_S

from rare import borrow

SIM_STATES = {b"READY": "ready", b"SIM PIN": "pin", b"SIM PUK": "puk", b"NOT INSERTED": "missing"}


def boot_line(modem, line):
    """It has (re)started."""
    if modem.ready and (clock.uptime() - modem.up_at > BOOT_S or line == b"RDY"):
        modem.restarts += 1
        log("modem: restarted by itself,", line.decode())
    modem.off = False
    forget(modem, "restart")


def power(modem, line):
    """Of its supply; perhaps it switches itself off."""
    log("modem:", line.decode())
    if b"POWER" in line and b"WARN" not in line:
        modem.off = True
        forget(modem, "off")


def forget(modem, why):
    """Nothing holds any more that was set: redo it."""
    if modem.ready:
        modem.up_at = clock.uptime()
    modem.ready = False
    _call_is(modem, "ended")
    modem.channel.abort(why)
    modem.kick.set()
    modem.on_change()


def sim(modem, line):
    """Of its SIM."""
    sim_is(modem, SIM_STATES.get(line[6:].strip(), "broken"))
    if modem.sim != "ready":
        modem.ready = False
        modem.kick.set()


def sim_is(modem, state):
    """The SIM is ready, missing, pin, puk, broken, busy or unknown."""
    if state != modem.sim:
        log("SIM:", state)
        modem.sim = state
        modem.on_change()


def full(modem, line):
    """The SIM's store is full: look at all of it."""
    modem.on_message(None)


def answered(modem, line):
    """Our call."""
    _call_is(modem, "answered")


def call_end(modem, line):
    """Of a call, ours or another's."""
    _call_is(modem, "ended")
    borrow("rare.call").ended(app.calls)


def _call_is(modem, state):
    if modem.call is not None:
        modem.call.is_now(state)


def ring(modem, line):
    """Somebody calls."""
    borrow("rare.call").ring(app.calls, None)


def caller(modem, line):
    """Who it is."""
    number = parse_caller(line)
    if number is not None:
        borrow("rare.call").ring(app.calls, number)


def parse_caller(line):
    """The number in +CLIP, "+..." when it is international, "" when it is withheld."""
    quoted = line.split(b'"')
    if len(quoted) < 3:
        return None
    number, kind = quoted[1], quoted[2].split(b",")
    if number[:1] != b"+" and len(kind) > 1 and kind[1] == b"145":
        number = b"+" + number
    return "".join([chr(octet) for octet in number])


def pdu_follows(modem, line):
    """A message that is not stored, as none should come: its PDU is the next line."""
    modem.channel.for_pdu = app.inbox.notice_direct


def other_pdu_follows(modem, line):
    """A status report or a broadcast: its PDU is nobody's."""
    modem.channel.for_pdu = ignore


def ussd(modem, text):
    """A whole +CUSD, however many lines it took."""
    if modem.ussd is not None:
        modem.ussd.answer(text)


def network_time(modem, line):
    """The network tells the time."""
    borrow("rare.modem_clock").network_time(modem, line)
