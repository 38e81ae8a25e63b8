"""SMS PDUs on the network's side: DELIVER made, SUBMIT read. The codecs are python-gsmmodem's, not the firmware's."""

from dataclasses import dataclass
from datetime import datetime

from gsmmodem import pdu as codec

_UCS2 = 8


@dataclass
class Submit:
    """What a modem handed in: a text, or one part of it."""

    number: str
    text: str
    part: tuple | None  # (reference, total, number)


def read_submit(octets: bytes) -> Submit:
    """Decode a SUBMIT without its service centre. Raises ValueError."""
    try:
        found = codec.decodeSmsPdu(bytearray(b"\0" + octets))
    except (codec.EncodingError, StopIteration, IndexError) as error:
        raise ValueError(f"not a PDU: {error}") from error
    if found["type"] != "SMS-SUBMIT":
        raise ValueError(f"not a SUBMIT: {found['type']}")
    part = None
    for element in found.get("udh", ()):
        if isinstance(element, codec.Concatenation):
            part = (element.reference, element.parts, element.number)
    return Submit(found["number"].rstrip("F"), found["text"], part)


def _is_gsm(text: str) -> bool:
    try:
        codec.encodeGsm7(text)
    except ValueError:
        return False
    return True


def _split(text: str, most: int, size) -> list[str]:
    pieces, piece = [], ""
    for letter in text:
        if size(piece + letter) > most:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def _septets(text: str) -> int:
    return len(codec.encodeGsm7(text))


def _units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def deliver(sender: str, text: str, when: datetime, reference: int = 1, wide: bool = False) -> list[bytes]:
    """The DELIVER PDUs (without service centre) of a text: one, or as many parts as it needs.

    wide: a 16-bit concatenation reference (no fill bits) in place of an 8-bit one.
    """
    gsm = _is_gsm(text)
    whole, most = (160, 152 if wide else 153) if gsm else (70, 66 if wide else 67)
    size = _septets if gsm else _units
    pieces = [text] if size(text) <= whole else _split(text, most, size)
    out = []
    for number, piece in enumerate(pieces, 1):
        header = b""
        if len(pieces) > 1:
            ref = bytes((8, 4, reference >> 8, reference & 0xFF)) if wide else bytes((0, 3, reference & 0xFF))
            header = ref + bytes((len(pieces), number))
            header = bytes((len(header),)) + header
        out.append(_deliver(sender, piece, when, header, gsm))
    return out


def _deliver(sender: str, text: str, when: datetime, header: bytes, gsm: bool) -> bytes:
    tpdu = bytearray((0x44 if header else 0x04,))
    tpdu += _address(sender)
    tpdu += bytes((0, 0 if gsm else _UCS2))
    tpdu += codec._encodeTimestamp(when)
    if not gsm:
        body = text.encode("utf-16-be")
        return bytes(tpdu) + bytes((len(header) + len(body),)) + header + body
    septets = codec.encodeGsm7(text)
    fill = -8 * len(header) % 7
    used = (8 * len(header) + fill) // 7
    return bytes(tpdu) + bytes((used + len(septets),)) + header + _pack(septets, fill)


def _pack(septets: bytes, fill: int) -> bytes:
    bits = sum(code << (7 * i) for i, code in enumerate(septets)) << fill
    return bits.to_bytes((7 * len(septets) + fill + 7) // 8, "little")


def _address(sender: str) -> bytes:
    """International, national, alphanumeric or none."""
    digits = sender.lstrip("+")
    if not sender:
        return b"\x00\x80"
    if digits.isdigit():
        kind = 0x91 if sender[0] == "+" else 0x81 if len(digits) < 7 else 0xA1
        return bytes((len(digits), kind)) + bytes(codec.encodeSemiOctets(digits))
    packed = _pack(codec.encodeGsm7(sender), 0)
    semi_octets = (len(codec.encodeGsm7(sender)) * 7 + 3) // 4
    return bytes((semi_octets, 0xD0)) + packed
