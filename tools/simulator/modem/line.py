"""The modem's serial line as the board sees it: bytes at the baud rate, a deaf board, noise."""

import random

MOST_AT_ONCE = 256  # of a long reply
FIFO = 32  # bytes that the UART's hardware keeps while nobody listens


class Line:
    """Carries bytes both ways. `to_board(bytes)` and `to_modem(bytes)` are set by the two ends."""

    def __init__(self, world):
        self.world = world
        self.board_baud = 115200
        self.modem_baud = 115200
        self.to_board = lambda octets: None
        self.to_modem = lambda octets: None
        self.chunk = 0  # bytes handed over at once; 0: a reply at a time
        self.noise = None  # f(bytes) -> bytes: what the wire makes of them
        self.trace = lambda direction, octets: None
        self.watch = lambda octets: None  # every line that leaves the modem, when its last byte arrives
        self.lost = 0
        self._free_at = 0.0
        self._busy_until = 0.0
        self._deaf = (0.0, 0.0)
        self._in_fifo = 0
        self._random = random.Random(1)

    def _byte_ms(self) -> float:
        return 10000 / (self.modem_baud or self.board_baud)

    # -- modem to board ------------------------------------------------------------------------------------------

    def from_modem(self, octets: bytes) -> None:
        """The modem writes; the bytes queue up at its speed."""
        if self.noise:
            octets = self.noise(octets)
        self.trace("<", octets)
        size = self.chunk or MOST_AT_ONCE
        for start in range(0, len(octets), size):
            self._send_chunk(octets[start : start + size])

    def _send_chunk(self, octets: bytes) -> None:
        start = max(self._free_at, float(self.world.now))
        self._free_at = start + len(octets) * self._byte_ms()
        self.world.at(self._free_at, lambda: self._arrive(octets, start))

    def _arrive(self, octets: bytes, start: float) -> None:
        if self.board_baud != self.modem_baud:
            octets = bytes(self._random.randrange(128, 256) for _ in octets[::2])
        begin, end = self._deaf
        if end <= start:
            self.to_board(octets)
            self.watch(octets)
            return
        heard = bytearray()
        for i, octet in enumerate(octets):
            if begin < start + (i + 1) * self._byte_ms() <= end:
                self._in_fifo += 1
                if self._in_fifo > FIFO:
                    self.lost += 1
                    continue
            heard.append(octet)
        self.to_board(bytes(heard))
        self.watch(octets)

    def deafen(self, ms: float) -> None:
        """The board's interrupts are off for `ms` from now: what exceeds the FIFO is lost."""
        self._deaf = (float(self.world.now), self.world.now + ms)
        self._in_fifo = 0

    # -- board to modem ------------------------------------------------------------------------------------------

    def from_board(self, octets: bytes) -> None:
        """The board writes; the modem has it all when the last byte is over."""
        self.trace(">", octets)
        if self.board_baud != self.modem_baud and self.modem_baud:
            octets = bytes(self._random.randrange(128, 256) for _ in octets)
        start = max(self._busy_until, float(self.world.now))
        self._busy_until = start + len(octets) * 10000 / self.board_baud
        self.world.at(self._busy_until, lambda: self.to_modem(octets))
