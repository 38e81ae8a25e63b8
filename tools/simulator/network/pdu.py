"""PDUs of texts (3GPP 23.040), without the service centre: DELIVER, SUBMIT and STATUS-REPORT read and made."""

from dataclasses import dataclass, field
from datetime import datetime

from tools.simulator.network import alphabet

DELIVER, SUBMIT, REPORT = 0, 1, 2
_DIGITS = "0123456789*#abc"
REPORT_WANTED, HAS_HEADER = 0x20, 0x40


@dataclass
class Pdu:
    """What stands in a PDU. `body`: septets one an octet, or octets; without the header."""

    first: int
    number: str = ""
    number_type: int = 129
    pid: int = 0
    dcs: int = 0
    stamp: str = ""  # yy/MM/dd,hh:mm:ss+zz
    done: str = ""  # of a report: when it was delivered
    status: int = 0  # of a report
    reference: int = 0  # of a SUBMIT or a report
    validity: bytes = b""
    length: int = 0  # of the user data, as it stands there
    header: bytes = field(default=b"")  # with its length octet
    body: bytes = b""

    @property
    def kind(self) -> int:
        """DELIVER, SUBMIT or REPORT."""
        return self.first & 3

    @property
    def alphabet(self) -> str:
        """GSM, OCTETS or UCS2."""
        return alphabet.of_coding(self.dcs)

    @property
    def text(self) -> str:
        """The letters; octets as Latin-1."""
        if self.alphabet == alphabet.GSM:
            return alphabet.decode(self.body)
        return self.body.decode("utf-16-be" if self.alphabet == alphabet.UCS2 else "latin-1", "replace")

    @property
    def part(self) -> tuple | None:
        """(reference, total, number) of a part of a long text."""
        at = 1
        while at + 1 < len(self.header):
            tag, size = self.header[at], self.header[at + 1]
            data = self.header[at + 2 : at + 2 + size]
            if (tag, len(data)) in ((0, 3), (8, 4)):
                return int.from_bytes(data[:-2], "big"), data[-2], data[-1]
            at += 2 + size
        return None


class _Reader:
    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def take(self, count):
        self.at += count
        if self.at > len(self.octets):
            raise ValueError("too short")
        return self.octets[self.at - count : self.at]

    def octet(self):
        return self.take(1)[0]

    def address(self):
        digits, kind = self.octet(), self.octet()
        if digits > 20:
            raise ValueError("a number of more than 20 digits")
        octets = self.take((digits + 1) // 2)
        if kind & 0x70 == 0x50:
            return alphabet.decode(alphabet.unpack(octets, digits * 4 // 7)), kind
        nibbles = [nibble for octet in octets for nibble in (octet & 15, octet >> 4)][:digits]
        if 15 in nibbles:
            raise ValueError("a hole in the number")
        return ("+" if kind & 0x70 == 0x10 else "") + "".join(_DIGITS[nibble] for nibble in nibbles), kind

    def stamp(self):
        swapped = [octet & 15 for octet in self.take(7) for octet in (octet, octet >> 4)]
        pairs = [f"{swapped[i]:x}{swapped[i + 1]:x}" for i in range(0, 12, 2)]
        zone = (swapped[12] & 7) * 10 + swapped[13]
        return "{}/{}/{},{}:{}:{}".format(*pairs) + f"{'-' if swapped[12] & 8 else '+'}{zone:02d}"

    def user_data(self, found, strict):
        found.length = self.octet()
        data = self.octets[self.at :]
        septets = found.alphabet == alphabet.GSM
        size = (7 * found.length + 7) // 8 if septets else found.length
        if strict and (len(data) != size or size > 140 or (septets and found.length > 160)):
            raise ValueError("the user data is not as long as it says")
        found.header = data[: data[0] + 1] if found.first & HAS_HEADER and data else b""
        if len(found.header) > size or (found.header and len(found.header) != found.header[0] + 1):
            raise ValueError("a header longer than the message")
        if septets:
            used = (8 * len(found.header) + 6) // 7
            found.body = alphabet.unpack(data, found.length)[used:]
        else:
            found.body = data[len(found.header) : size]


def read(octets: bytes, strict: bool = False) -> Pdu:
    """A PDU from or to the network. Raises ValueError. strict: also when its user data is not as long as it says."""
    reader = _Reader(octets)
    found = Pdu(reader.octet())
    if found.kind == REPORT:
        found.reference = reader.octet()
        found.number, found.number_type = reader.address()
        found.stamp, found.done, found.status = reader.stamp(), reader.stamp(), reader.octet()
        return found
    if found.kind not in (DELIVER, SUBMIT):
        raise ValueError("neither DELIVER nor SUBMIT")
    if found.kind == SUBMIT:
        found.reference = reader.octet()
    found.number, found.number_type = reader.address()
    found.pid, found.dcs = reader.octet(), reader.octet()
    if found.kind == SUBMIT:
        found.validity = reader.take((0, 7, 1, 7)[found.first >> 3 & 3])  # none, enhanced, relative, absolute
    else:
        found.stamp = reader.stamp()
    reader.user_data(found, strict)
    return found


def semi_octets(digits: str) -> bytes:
    """Digits, two an octet, swapped."""
    digits += "f" * (len(digits) % 2)
    codes = [15 if digit == "f" else _DIGITS.index(digit) for digit in digits]
    return bytes(codes[i] | codes[i + 1] << 4 for i in range(0, len(codes), 2))


def address(number: str, kind: int | None = None) -> bytes:
    """International, national, alphanumeric or none. Raises ValueError."""
    digits = number.removeprefix("+")
    if not number:
        return b"\x00\x80"
    if all(digit in _DIGITS for digit in digits):
        if len(digits) > 20:
            raise ValueError("a number of more than 20 digits")
        kind = kind or (0x91 if number[0] == "+" else 0x81 if len(digits) < 7 else 0xA1)
        return bytes((len(digits), kind)) + semi_octets(digits)
    septets = alphabet.encode(number)
    if len(septets) > 11:
        raise ValueError("a name of more than 11 letters")
    return bytes(((len(septets) * 7 + 3) // 4, 0xD0)) + alphabet.pack(septets)


def stamp(when: datetime) -> bytes:
    """A moment with its zone."""
    quarters = round(when.utcoffset().total_seconds() / 900)
    octets = bytearray(semi_octets(f"{when:%y%m%d%H%M%S}{abs(quarters):02d}"))
    if quarters < 0:
        octets[6] |= 8
    return bytes(octets)


def user_data(body: bytes, dcs: int, header: bytes = b"") -> bytes:
    """Length, header and body."""
    if alphabet.of_coding(dcs) != alphabet.GSM:
        return bytes((len(header) + len(body),)) + header + body
    fill = -8 * len(header) % 7
    used = (8 * len(header) + fill) // 7
    return bytes((used + len(body),)) + header + alphabet.pack(body, fill)


def deliver(sender: str, body: bytes, when: datetime, header: bytes = b"", dcs: int = 0) -> bytes:
    """A text on its way to a modem."""
    first = 0x44 if header else 0x04
    return bytes((first,)) + address(sender) + bytes((0, dcs)) + stamp(when) + user_data(body, dcs, header)


def report(reference: int, number: str, sent: datetime, done: datetime, status: int) -> bytes:
    """What became of a text that asked for it."""
    return bytes((0x06, reference)) + address(number) + stamp(sent) + stamp(done) + bytes((status,))


def submit(number: bytes, body: bytes, header: bytes = b"", first=0x11, validity=b"\xa7", pid=0, dcs=0) -> bytes:
    """A text on its way from a modem; `number` is an address. `first` carries the form of `validity`."""
    first |= HAS_HEADER if header else 0
    return bytes((first, 0)) + number + bytes((pid, dcs)) + validity + user_data(body, dcs, header)
