"""What a task did without giving the loop back, as the board reports it."""

import struct
from pathlib import Path
from typing import NamedTuple

from tools.simulator.board import firmware


class Stretch(NamedTuple):
    """From ms on the board's clock, for so many ms. kind: "start" for what a start does, else "task"; pieces: (name, ms)."""

    at: int
    ms: int
    kind: str
    pieces: tuple

    def __str__(self):
        return f"{self.ms} ms at {self.at / 1000:.1f} s: " + ", ".join(f"{name} {ms}" for name, ms in self.pieces)


class Reader:
    """Makes stretches of the board's records. files: the firmware's folder, which names its functions by number."""

    def __init__(self, files: Path):
        named = files / firmware.FUNCTIONS
        self._functions = named.read_text().split("\n") if named.exists() else []

    def read(self, payload: bytes) -> Stretch:
        """One record."""
        at, ms = struct.unpack("<qI", payload[:12])
        kind, _, pieces = payload[12:].decode().partition(" ")
        named = [piece.split("=") for piece in pieces.split(",") if piece]
        return Stretch(at, ms, kind, tuple((self._name(name), int(part)) for name, part in named))

    def _name(self, name):
        return self._functions[int(name)] if name.isdigit() and self._functions else name
