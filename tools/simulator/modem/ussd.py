"""Codes of the network: a question, its answer some seconds later."""

from tools.simulator.modem import charsets, text_mode

REFUSED = (1500, 2, None, None)
UCS2 = 72  # a data coding: the text is UCS2, printed as hex whatever AT+CSCS says


def is_code(digits: str) -> bool:
    """True for what a phone would send as a code."""
    return digits[:1] in ("*", "#") and digits[-1:] == "#" and not set(digits) - set("0123456789*#")


def ask(modem, code: str | None) -> None:
    """Send a code (None: rubbish), or the answer to a menu; what the network says comes later."""
    found = modem.network.ussd.get(code, REFUSED) if modem.registered == 1 else REFUSED
    if found is not None:
        ms, state, text, dcs = found
        modem.after(ms, lambda: _tell(modem, state, text, dcs))


def _tell(modem, state, text, dcs):
    modem.ussd_open = state == 1
    if modem.settings["CUSD"] == "0":
        return
    if text is None:
        modem.urc(f"+CUSD: {state}")
    elif isinstance(text, bytes):  # exactly these octets, also several lines
        modem.write(b"\r\n" + text + b"\r\n")
    else:
        shown = charsets.to_wire(text, "UCS2" if dcs == UCS2 else text_mode.charset(modem))
        modem.urc(f'+CUSD: {state}, "{shown}", {dcs}')
