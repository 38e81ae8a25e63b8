"""AT traffic as text, without what a PDU may hold: passwords never appear in a trace (R3.4)."""

import re

_PDU = re.compile(r"[0-9A-F]{20,}")


def readable(octets: bytes) -> str:
    """One line: CR and LF left out, Ctrl-Z and ESC by name, PDUs by their length."""
    text = octets.decode("latin-1").replace("\x1a", "<Ctrl-Z>").replace("\x1b", "<ESC>")
    text = " ".join(text.split("\r\n")).replace("\r", " ").replace("\n", " ").strip()
    text = _PDU.sub(lambda found: f"<PDU {len(found[0]) // 2} octets>", text)
    return "".join(letter if " " <= letter <= "~" else f"\\x{ord(letter):02x}" for letter in text)
