"""From a text to its commands: R1.1..R1.3, R20.1."""

import re
from dataclasses import dataclass

JUNK = " \t\r\n\"'“”„‘’«»\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
AT_MOST = 10


@dataclass(frozen=True)
class Command:
    """One command. word `RESTARTTIME`, sign `=`, `+`, `-`, `?` or "", argument: what follows, case kept."""

    raw: str
    word: str
    sign: str
    argument: str

    @property
    def shown(self) -> str:
        """As an error names it: upper-cased, and what may be a password masked (R3.4)."""
        return self.raw.upper()


def pieces(text: str) -> list[str]:
    """The commands of a text, empty ones left out."""
    return [piece for piece in (tidy(part) for part in re.split("[;\n]", text.replace("\r", "\n"))) if piece]


def tidy(piece: str) -> str:
    """Without what phones add: white space, quotation marks, invisible characters, a trailing full stop."""
    return piece.strip(JUNK).removesuffix(".").strip(JUNK)


def command(piece: str) -> Command:
    """Take a command apart."""
    found = re.fullmatch(r"([A-Za-z]+)\s*([=+\-?])\s*(.*)", piece, re.DOTALL)
    if found:
        argument = re.sub(r"\s*,\s*", ",", found[3].strip())
        return Command(piece, found[1].upper(), found[2], argument)
    found = re.fullmatch(r"(ON|OFF)\s*(\d+)", piece, re.IGNORECASE)
    if found:
        return Command(piece, found[1].upper(), "", found[2])
    found = re.fullmatch(r"(SIMCARD)\s*([*#][^?]*)", piece, re.IGNORECASE) or re.fullmatch(
        r"(HELP)\s+(.+)", piece, re.IGNORECASE
    )
    if found:
        return Command(piece, found[1].upper(), "", found[2].strip())
    return Command(piece, piece.upper(), "", "")


def too_long(piece: str) -> bool:
    """R1.3, R20.9: 30 characters, a SCHEDULER command 40."""
    return len(piece) > (40 if piece.upper().startswith("SCHEDULER") else 30)
