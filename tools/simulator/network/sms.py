"""SMS PDUs on the network's side: DELIVER made, SUBMIT read. The alphabet is the gsm0338 package's, not the firmware's."""

from dataclasses import dataclass
from datetime import datetime

import gsm0338  # noqa: F401  registers the codec

_GSM = "gsm03.38"
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
        first, digits, kind = octets[0], octets[2], octets[3]
        at = 4 + (digits + 1) // 2
        number = "".join(f"{octet & 15:x}{octet >> 4:x}" for octet in octets[4:at])[:digits]
        at += 1  # protocol identifier
        wide = octets[at] == _UCS2
        at += 1 + {0: 0, 0x10: 1}[first & 0x18]  # validity: none or relative
        length, data = octets[at], octets[at + 1 :]
    except (IndexError, KeyError) as error:
        raise ValueError("not a SUBMIT") from error
    if first & 3 != 1 or len(data) != (length if wide else (7 * length + 7) // 8) or not number.isdigit():
        raise ValueError("not a SUBMIT")
    header = data[: data[0] + 1] if first & 0x40 else b""
    part = (header[3], header[4], header[5]) if header[1:3] == b"\0\3" else None
    if wide:
        text = data[len(header) :].decode("utf-16-be")
    else:
        used = (8 * len(header) + 6) // 7
        text = _unpack(data, length)[used:].decode(_GSM)
    return Submit(("+" if kind == 0x91 else "") + number, text, part)


def _is_gsm(text: str) -> bool:
    try:
        text.encode(_GSM)
    except UnicodeEncodeError:
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
    return len(text.encode(_GSM))


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
    tpdu += _timestamp(when)
    if not gsm:
        body = text.encode("utf-16-be")
        return bytes(tpdu) + bytes((len(header) + len(body),)) + header + body
    septets = text.encode(_GSM)
    fill = -8 * len(header) % 7
    used = (8 * len(header) + fill) // 7
    return bytes(tpdu) + bytes((used + len(septets),)) + header + _pack(septets, fill)


def _pack(septets: bytes, fill: int) -> bytes:
    bits = sum(code << (7 * i) for i, code in enumerate(septets)) << fill
    return bits.to_bytes((7 * len(septets) + fill + 7) // 8, "little")


def _unpack(octets: bytes, count: int) -> bytes:
    bits = int.from_bytes(octets, "little")
    return bytes(bits >> (7 * i) & 0x7F for i in range(count))


def _semi_octets(digits: str) -> bytes:
    digits += "f" * (len(digits) % 2)
    return bytes(int(digits[i + 1] + digits[i], 16) for i in range(0, len(digits), 2))


def _timestamp(when: datetime) -> bytes:
    quarters = round(when.utcoffset().total_seconds() / 900)
    stamp = bytearray(_semi_octets(f"{when:%y%m%d%H%M%S}{abs(quarters):02d}"))
    if quarters < 0:
        stamp[6] |= 8
    return bytes(stamp)


def _address(sender: str) -> bytes:
    """International, national, alphanumeric or none."""
    digits = sender.lstrip("+")
    if not sender:
        return b"\x00\x80"
    if digits.isdigit():
        kind = 0x91 if sender[0] == "+" else 0x81 if len(digits) < 7 else 0xA1
        return bytes((len(digits), kind)) + _semi_octets(digits)
    packed = _pack(sender.encode(_GSM), 0)
    semi_octets = (len(sender.encode(_GSM)) * 7 + 3) // 4
    return bytes((semi_octets, 0xD0)) + packed
