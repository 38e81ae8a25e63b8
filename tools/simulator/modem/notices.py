"""What comes in from the network and where it goes: the store, or the line, by AT+CNMI (manual 4.2.8)."""

from tools.simulator.modem import text_mode
from tools.simulator.network import alphabet, pdu, sms

MOST_BUFFERED = 20  # lines kept back by CNMI mode 0


def service_centre(modem) -> str:
    """The service centre's octets in front of a PDU."""
    octets = pdu.address(modem.network.smsc)[1:]
    return (bytes((len(octets),)) + octets).hex().upper()


def with_centre(modem, octets: bytes) -> str:
    """A PDU as the modem prints it."""
    return service_centre(modem) + octets.hex().upper()


def route(modem, octets: bytes) -> str:
    """Where a message goes: `store`, `line` or `nowhere`, by its kind, its class and AT+CNMI."""
    _, mt, _, ds, _ = modem.settings["CNMI"].split(",")
    try:
        found = pdu.read(octets)
    except ValueError:
        return "store"
    if found.kind == pdu.REPORT:
        return {"1": "line", "2": "store"}.get(ds, "nowhere")
    kind = alphabet.message_class(found.dcs)
    if kind == 0 and modem.settings["SCLASS0"] == "0":
        return "nowhere" if mt == "0" else "line"
    if mt == "2" and kind != 2:
        return "line"
    return "line" if mt == "3" and kind == 3 else "store"


def receive(modem, octets: bytes) -> None:
    """A message arrives."""
    way = route(modem, octets)
    if way == "line":
        announce(modem, _direct(modem, octets))
    elif way == "store":
        _store(modem, octets)


def _store(modem, octets):
    store = modem.memory(2)
    index = next(i for i in range(1, modem.capacity + 1) if i not in store)
    store[index] = [0, octets]
    settings = modem.settings["CNMI"].split(",")
    report = bool(octets) and octets[0] & 3 == pdu.REPORT
    if not report and settings[1] == "0":
        return
    if modem.lose_cmti:
        modem.lose_cmti -= 1
        return
    text = f'+{"CDSI" if report else "CMTI"}: "{modem.memories[2]}",{index}'
    modem.after(modem.late_cmti_ms, lambda: announce(modem, text))


def announce(modem, text: str) -> None:
    """Print a notice, or keep it for later (CNMI mode 0)."""
    if modem.settings["CNMI"].startswith("0"):
        modem.buffered = [*modem.buffered, text][-MOST_BUFFERED:]
    else:
        modem.urc(text)


def changed(modem) -> None:
    """AT+CNMI was set: what was kept back goes out, or away (bfr)."""
    settings = modem.settings["CNMI"].split(",")
    if settings[0] == "0":
        return
    kept, modem.buffered = modem.buffered, []
    for text in kept if settings[4] == "0" else ():
        modem.urc(text)


def _direct(modem, octets):
    """+CMT or +CDS with its second line."""
    found = pdu.read(octets)
    name = "+CDS" if found.kind == pdu.REPORT else "+CMT"
    if modem.settings["CMGF"] == "0":
        alpha = '"",' if name == "+CMT" else ""
        return f"{name}: {alpha}{len(octets)}\r\n{with_centre(modem, octets)}"
    if name == "+CDS":
        return f"+CDS: {text_mode.report(modem, found)}"
    return f"+CMT: {text_mode.fields(modem, found)}\r\n{text_mode.body(modem, found)}"


def broadcast(modem, channel: int, text: str) -> None:
    """A cell broadcast message: +CBM where CNMI and CSCB ask for it."""
    if modem.power != "on" or modem.registered != 1 or modem.settings["CNMI"].split(",")[2] != "2":
        return
    if not _wanted(modem, channel):
        return
    page = alphabet.pack((alphabet.encode(text, "?")[:93]).ljust(93, b"\r")).ljust(82, b"\0")
    if modem.settings["CMGF"] == "1":
        announce(modem, f"+CBM: 0,{channel},1,1,1\r\n" + text_mode.charsets.to_wire(text[:93], text_mode.charset(modem)))
    else:
        octets = bytes((0, 0, channel >> 8, channel & 0xFF, 1, 0x11)) + page
        announce(modem, f"+CBM: {len(octets)}\r\n{octets.hex().upper()}")


def _wanted(modem, channel):
    mode, channels = modem.broadcasts
    found = any(lo <= channel <= hi for lo, hi in channels)
    return found if mode == 0 else not found


def offer(modem, index: int) -> bytes:
    """One of the operator's texts."""
    return sms.deliver("Operator", f"Offer {index}", modem.network.local())[0]
