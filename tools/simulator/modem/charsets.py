"""AT+CSCS: what letters look like on the wire, in both directions. On the wire a str stands for octets (Latin-1)."""

from tools.simulator.modem.arguments import is_hex
from tools.simulator.network import alphabet

NAMES = ("IRA", "GSM", "UCS2", "HEX", "PCCP", "PCDN", "8859-1")
_CODECS = {"IRA": "ascii", "PCCP": "cp437", "PCDN": "cp865", "8859-1": "latin-1"}


def to_wire(text: str, name: str) -> str:
    """Letters as the host sees them; what the set has not is a question mark."""
    if name == "UCS2":
        return text.encode("utf-16-be", "replace").hex().upper()
    if name == "HEX":
        return alphabet.encode(text, "?").hex().upper()
    if name == "GSM":
        return alphabet.encode(text, "?").decode("latin-1")
    return text.encode(_CODECS[name], "replace").decode("latin-1")


def from_wire(written: str, name: str) -> str:
    """The letters that the host means. Raises ValueError where a hex set gets something else."""
    if name in ("UCS2", "HEX"):
        if not is_hex(written, 4 if name == "UCS2" else 2):
            raise ValueError("not hex")
        octets = bytes.fromhex(written)
        return _decoded(octets, "utf-16-be") if name == "UCS2" else alphabet.decode(octets)
    if name == "GSM":
        return alphabet.decode(written.encode("latin-1", "replace"))
    return _decoded(written.encode("latin-1", "replace"), _CODECS[name])


def _decoded(octets, codec):
    return octets.decode(codec, "replace").replace("\ufffd", "?")


def octets(text: str) -> bytes:
    """The wire's octets of a line; letters that no set has made octets of are question marks."""
    return text.encode("latin-1", "replace")
