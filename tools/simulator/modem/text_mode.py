"""Messages as AT+CMGF=1 shows and takes them (manual 4.2, 27.005)."""

from tools.simulator.modem import arguments, charsets
from tools.simulator.modem.arguments import Quoted, is_hex
from tools.simulator.modem.results import Refuse
from tools.simulator.network import alphabet, pdu, sms

STATES = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT")
LONGEST = 1024  # letters that AT+CMGS takes (manual 4.2.5, note)
_BAD_TEXT = (305, "CMS")


def charset(modem) -> str:
    """The name of the character set in force."""
    return modem.settings["CSCS"].strip('"')


def shown_number(modem, number: str) -> str:
    """A number: hex under UCS2; the letters of a name as they are shown."""
    name = charset(modem)
    return charsets.to_wire(number, name) if name == "UCS2" or not number.strip("+").isdigit() else number


def given_number(modem, written: str) -> str:
    """The number that the host means: hex under UCS2. Raises ValueError."""
    number = charsets.from_wire(written, "UCS2") if charset(modem) == "UCS2" else str(written)
    if not number.isascii() or not number.removeprefix("+") or set(number.removeprefix("+")) - set("0123456789*#"):
        raise ValueError("not a number")
    return number


def body(modem, found: pdu.Pdu) -> str:
    """The text by AT+CSCS; UCS2 and octets as hex, without a word about it."""
    if found.alphabet != alphabet.GSM:
        return found.body.hex().upper()
    return charsets.to_wire(found.text, charset(modem))


def fields(modem, found: pdu.Pdu, listed: bool = False) -> str:
    """What stands behind the state in a header: of a report, of a received text, of one to send."""
    number = shown_number(modem, found.number)
    if found.kind == pdu.REPORT:
        return report(modem, found)
    detailed = modem.settings["CSDH"] == "1"
    alpha = charsets.to_wire(modem.name_of(found.number), charset(modem))
    text = f'"{number}","{alpha}"'
    if found.kind == pdu.DELIVER:
        text += f',"{found.stamp}"'
    if not detailed:
        return text
    if listed:
        return f"{text},{found.number_type},{found.length}"
    validity = f",{found.validity[0]}" if len(found.validity) == 1 else "," if found.kind == pdu.SUBMIT else ""
    centre = f'"{shown_number(modem, modem.smsc)}",145'
    return f"{text},{found.number_type},{found.first},{found.pid},{found.dcs}{validity},{centre},{found.length}"


def report(modem, found: pdu.Pdu) -> str:
    """The fields of a status report."""
    number = shown_number(modem, found.number)
    return f'{found.first},{found.reference},"{number}",{found.number_type},"{found.stamp}","{found.done}",{found.status}'


# -- sending ------------------------------------------------------------------------------------------------------


def make(modem, number: str, number_type: int | None, octets: bytes) -> list[bytes]:
    """The SUBMITs of a body as the host typed it: by AT+CSMP, cut into parts where it is too long. Refuses with CMS errors."""
    first, validity, pid, dcs = parameters(modem)
    units, header = _units(modem, octets.decode("latin-1"), first, dcs)
    gsm = alphabet.of_coding(dcs) == alphabet.GSM
    body = b"".join(units)
    if len(body) > (LONGEST if gsm else 2 * LONGEST):
        raise Refuse(513, "CMS")
    bits = 7 * len(body) + -8 * len(header) % 7 if gsm else 8 * len(body)
    if header and len(header) + (bits + 7) // 8 > 140:
        raise Refuse(513, "CMS")
    parts = [body] if header else sms.pieces(units, 160 if gsm else 140, 153 if gsm else 134)
    reference = modem.reference + 1 & 0xFF
    address = pdu.address(number, number_type)
    out = []
    for place, part in enumerate(parts, 1):
        head = header or (sms.header(reference, len(parts), place) if len(parts) > 1 else b"")
        out.append(pdu.submit(address, part, head, first, validity, pid, dcs))
    return out


def parameters(modem):
    """(first octet, validity octets, protocol, coding) of AT+CSMP."""
    first, validity, pid, dcs = (arguments.split(modem.settings["CSMP"]) + [None] * 4)[:4]
    first = (int(first) & ~3) | pdu.SUBMIT
    form = first >> 3 & 3
    if form == 0:
        octets = b""
    elif form == 2:
        octets = bytes((int(validity) if not isinstance(validity, Quoted) else 167,))
    else:
        octets = moment(validity) if isinstance(validity, Quoted) else bytes(7)
    return first, octets, int(pid or 0), int(dcs or 0)


def moment(text: str) -> bytes:
    """Seven octets of an absolute validity, "yy/MM/dd,hh:mm:ss+zz". Refuses what is none."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    if len(digits) != 14 or len(text) != 20:
        raise Refuse(325, "CMS")
    octets = bytearray(pdu.semi_octets(digits))
    octets[6] |= 8 if text[17] == "-" else 0
    return bytes(octets)


def _units(modem, typed: str, first: int, dcs: int):
    """(letters that must not be cut, header)."""
    kind = alphabet.of_coding(dcs)
    if kind == alphabet.GSM and not first & pdu.HAS_HEADER:
        try:
            text = charsets.from_wire(typed, charset(modem))
        except ValueError:
            raise Refuse(*_BAD_TEXT) from None
        return [alphabet.encode(letter, "?") for letter in text], b""
    if not is_hex(typed) or (kind == alphabet.UCS2 and len(typed) % 4):
        raise Refuse(*_BAD_TEXT)
    octets = bytes.fromhex(typed)
    header = b""
    if first & pdu.HAS_HEADER:
        header, octets = _cut_header(octets)
        if kind == alphabet.GSM:
            fill = -8 * len(header) % 7
            octets = alphabet.unpack(octets, (len(octets) * 8 - fill) // 7, fill)
    size = 2 if kind == alphabet.UCS2 else 1
    return [octets[i : i + size] for i in range(0, len(octets), size)], header


def _cut_header(octets):
    if not octets or len(octets) <= octets[0]:
        raise Refuse(*_BAD_TEXT)
    return octets[: octets[0] + 1], octets[octets[0] + 1 :]
