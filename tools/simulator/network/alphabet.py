"""The letters of texts: GSM 7-bit with its extension (3GPP 23.038), packing, and what a data coding means."""

_ROWS = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
ESCAPE = 0x1B
LETTERS = "".join(_ROWS)
CODES = {letter: bytes((code,)) for code, letter in enumerate(LETTERS) if code != ESCAPE}
CODES.update({letter: bytes((ESCAPE, code)) for code, letter in _EXTENSION.items()})
GSM, OCTETS, UCS2 = "7-bit", "8-bit", "UCS2"


def encode(text: str, other: str | None = None) -> bytes:
    """Septets, one an octet. `other` stands for letters that the alphabet has not; without it: ValueError."""
    try:
        return b"".join(CODES[letter] if other is None else CODES.get(letter, other.encode()) for letter in text)
    except KeyError as error:
        raise ValueError(f"not in the alphabet: {error}") from None


def decode(septets: bytes) -> str:
    """The letters. An escape with nothing behind it is a space, an unknown one shows the plain letter."""
    letters = []
    codes = iter(septets)
    for code in codes:
        if code & 0x7F == ESCAPE:
            code = next(codes, 0x20) & 0x7F
            letters.append(" " if code == ESCAPE else _EXTENSION.get(code, LETTERS[code]))
        else:
            letters.append(LETTERS[code & 0x7F])
    return "".join(letters)


def fits(text: str) -> bool:
    """True when every letter is in the 7-bit alphabet."""
    return all(letter in CODES for letter in text)


def pack(septets: bytes, fill: int = 0) -> bytes:
    """Octets of septets, behind `fill` bits."""
    bits = sum(code << (7 * i) for i, code in enumerate(septets)) << fill
    return bits.to_bytes((7 * len(septets) + fill + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill: int = 0) -> bytes:
    """`count` septets, one an octet."""
    bits = int.from_bytes(octets, "little") >> fill
    return bytes(bits >> (7 * i) & 0x7F for i in range(count))


def of_coding(dcs: int) -> str:
    """GSM, OCTETS or UCS2: the alphabet of a data coding scheme (23.038 section 4)."""
    if dcs & 0xF0 == 0xF0:
        return OCTETS if dcs & 4 else GSM
    if dcs & 0xF0 == 0xE0:
        return UCS2
    if dcs & 0x80:
        return GSM
    if dcs & 0x20:
        return OCTETS  # compressed: nobody reads it
    return (GSM, OCTETS, UCS2, GSM)[dcs >> 2 & 3]


def message_class(dcs: int) -> int | None:
    """0 to 3 where the data coding names one, else None."""
    if dcs & 0xF0 == 0xF0 or dcs & 0x90 == 0x10:
        return dcs & 3
    return None
