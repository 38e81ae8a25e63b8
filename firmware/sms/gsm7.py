"""The GSM 7-bit default alphabet with its extension table (3GPP 23.038), pure."""

from micropython import const

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\x0c^{}\\[~]|€"
_EXTENSION_CODES = b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65"
_ESC = const(0x1B)


def encode(text):
    """Septets of `text`, one a byte, or None when a letter is outside the alphabet."""
    out = bytearray()
    for letter in text:
        code = _BASIC.find(letter)
        if code >= 0 and code != _ESC:
            out.append(code)
            continue
        code = _EXTENSION.find(letter)
        if code < 0:
            return None
        out.append(_ESC)
        out.append(_EXTENSION_CODES[code])
    return out


def decode(septets):
    """Text of septets, one a byte (the eighth bit is ignored). An unknown escape shows the plain letter."""
    letters = []
    escaped = False
    for code in septets:
        code &= 0x7F
        if escaped:
            place = _EXTENSION_CODES.find(bytes((code,)))
            letters.append(_EXTENSION[place] if place >= 0 else _BASIC[code])
            escaped = False
        elif code == _ESC:
            escaped = True
        else:
            letters.append(_BASIC[code])
    return "".join(letters)


def unpack(octets, count, fill=0):
    """`count` septets, one a byte, out of packed octets that begin with `fill` bits."""
    out = bytearray(count)
    bit = fill
    for i in range(count):
        place, shift = bit >> 3, bit & 7
        code = octets[place] >> shift
        if shift > 1:
            code |= octets[place + 1] << (8 - shift)
        out[i] = code & 0x7F
        bit += 7
    return out


def fit(text):
    """`text` with a question mark for every letter outside the alphabet (a reply is one alphabet only)."""
    octets = text.encode().replace(b"\n", b" ")
    if not octets or 32 <= min(octets) and max(octets) < 127 and b"`" not in octets:  # ASCII, but for ` all of it is GSM
        return text
    return "".join([letter if encode(letter) is not None else "?" for letter in text])
