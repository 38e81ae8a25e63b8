"""Setting the modem up, after every restart of it (SIM800 AT manual; numbers in brackets are its sections)."""

from at import ModemError
from log import log

from rare import modem_clock
from rare.sync import attempt
from rare.urcs import SIM_STATES, sim_is

_FIRST = (  # request      ms    required
    (b"ATE0", 1000, True),
    (b"AT+CMEE=1", 1000, False),  # errors as numbers: short and without language
)
_SETUP = (  # redone after every restart: CLIP, CPMS, CUSD and CSDH are never saved [1.7.1]
    (b"AT+CMGF=0", 5000, True),  # PDU mode: a body can never look like OK or +CMTI
    (b'AT+CSCS="GSM"', 1000, False),  # HEX makes networks refuse USSD
    (b"AT+CNMI=2,1,0,0,0", 1000, True),  # store, then notify: what we miss is still there
    (b'AT+CPMS="SM","SM","SM"', 5000, True),
    (b"AT+CREG=1", 1000, True),
    (b"AT+CLIP=1", 15000, False),
    (b"AT+CUSD=1", 1000, False),
    (b"AT+COLP=0", 15000, False),  # ATD answers at once
    (b"AT+MORING=1", 1000, False),  # MO CONNECTED; 4G modems have none
    (b"AT+CLTS=1", 1000, False),  # network time; some clones answer ERROR
    (b"AT+CSCLK=0", 1000, False),  # asleep it loses the first characters
    (b"ATS0=0", 1000, False),  # never answer by itself
    (b"AT+CBATCHK=1", 1000, False),  # say so before dying of a low supply
    (b"AT+CSDH=1", 1000, True),  # the mark of a set-up that holds, see at.py; last
)
_SIM_ERRORS = {10: "missing", 11: "pin", 12: "puk", 13: "broken", 15: "broken"}


async def set_up(modem):
    """Play the set-up script. Raises `ModemError`; `sim` tells when it is the SIM that keeps it from working."""
    for row in _FIRST:
        await attempt(modem, *row)
    await _check_sim(modem)
    for row in _SETUP:
        await attempt(modem, *row)
    await modem_clock.read(modem)
    modem.channel.echoes = 0
    modem.ready = True
    log("modem: set up")
    modem.on_change()


async def _check_sim(modem):
    """Ask for the SIM's state; raises `ModemError` when it is not ready."""
    try:
        lines = await modem.channel.at(b"AT+CPIN?", (b"+CPIN:",), 5000)
        sim_is(modem, SIM_STATES.get(lines[0][6:].strip(), "broken") if lines else "broken")
    except ModemError as error:
        if error.code() == 14:
            sim_is(modem, "busy")
        elif error.result in ("timeout", "restart", "off", "silent"):
            raise
        else:  # without CMEE it is a bare ERROR
            sim_is(modem, _SIM_ERRORS.get(error.code(), "missing"))
    if modem.sim != "ready":
        raise ModemError(b"AT+CPIN?", "SIM " + modem.sim)
