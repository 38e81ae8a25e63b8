"""Texts on the network's side: cut into DELIVER PDUs, and read out of SUBMIT PDUs. The alphabet is not the firmware's."""

from dataclasses import dataclass
from datetime import datetime

from tools.simulator.network import alphabet, pdu


@dataclass
class Submit:
    """What a modem handed in: a text, or one part of it."""

    number: str
    text: str
    part: tuple | None  # (reference, total, number)
    message_class: int | None = None  # 0: shown at once
    reference: int = 0
    report: bool = False  # the sender wants to know what becomes of it


def read_submit(octets: bytes) -> Submit:
    """Decode a SUBMIT without its service centre. Raises ValueError."""
    found = pdu.read(octets, strict=True)
    if found.kind != pdu.SUBMIT or not found.number.strip("+") or found.number_type & 0x70 == 0x50:
        raise ValueError("not a SUBMIT to a number")
    wanted = bool(found.first & pdu.REPORT_WANTED)
    return Submit(found.number, found.text, found.part, alphabet.message_class(found.dcs), found.reference, wanted)


def pieces(units: list[bytes], whole: int, most: int) -> list[bytes]:
    """Join what must not be cut (letters) into as few pieces as they need: one of `whole`, or several of `most` octets."""
    joined = b"".join(units)
    if len(joined) <= whole:
        return [joined]
    out = [b""]
    for unit in units:
        if len(out[-1]) + len(unit) > most:
            out.append(b"")
        out[-1] += unit
    return out


def header(reference: int, total: int, number: int, wide: bool = False) -> bytes:
    """The user data header of a part of a long text."""
    mark = bytes((6, 8, 4, reference >> 8, reference & 0xFF)) if wide else bytes((5, 0, 3, reference & 0xFF))
    return mark + bytes((total, number))


def letters(text: str, gsm: bool) -> list[bytes]:
    """Each letter's septets or UCS2 octets."""
    return [alphabet.encode(letter) if gsm else letter.encode("utf-16-be", "replace") for letter in text]


def deliver(sender, text: str, when: datetime, reference: int = 1, wide: bool = False, flash: bool = False) -> list[bytes]:
    """The DELIVER PDUs (without service centre) of a text: one, or as many parts as it needs.

    wide: a 16-bit concatenation reference (no fill bits) in place of an 8-bit one. flash: of class 0.
    """
    gsm = alphabet.fits(text)
    dcs = (0 if gsm else 8) | (0x10 if flash else 0)
    whole, most = (160, 152 if wide else 153) if gsm else (140, 132 if wide else 134)
    parts = pieces(letters(text, gsm), whole, most)
    heads = [header(reference, len(parts), n, wide) if len(parts) > 1 else b"" for n in range(1, len(parts) + 1)]
    return [pdu.deliver(sender, part, when, head, dcs) for part, head in zip(parts, heads, strict=True)]
