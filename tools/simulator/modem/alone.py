"""A modem on a wire, without a board and without waiting: for programs that can be given bytes, and for its own tests.

alone = Alone()
assert alone.says("AT+CSQ") == ["+CSQ: 23,0", "OK"]
"""

from tools.simulator.modem.line import Line
from tools.simulator.modem.sim800 import Sim800
from tools.simulator.network.network import Network
from tools.simulator.world import World


class Alone:
    """A modem with echo off at 115200, registered. `saved`: settings that somebody saved. Time passes in `run` and `says`."""

    def __init__(self, profile=Sim800, boots=True, **saved):
        self.world = World()
        self.network = Network(self.world)
        self.line = Line(self.world)
        self.modem = profile(self.world, self.line, self.network)
        self.modem.nonvolatile.update({"IPR": "115200", "E": "0", **saved})
        self.heard = bytearray()
        self.line.to_board = self.heard.extend
        if boots:
            self.modem.power_on()
            self.run(20_000)
            self.heard.clear()

    def run(self, ms: int) -> None:
        """Let so many ms pass."""
        end = self.world.now + ms
        while (moment := self.world.next()) is not None and moment <= end:
            self.world.step()
        self.world.now = end

    def raw(self, octets: bytes, ms: int = 2000) -> bytes:
        """Write octets, wait, and take the octets heard."""
        self.line.from_board(octets)
        self.run(ms)
        heard = bytes(self.heard)
        self.heard.clear()
        return heard

    def says(self, line, ms: int = 2000) -> list[str]:
        """Write a line (or octets as they are), wait, and take the lines heard, empty ones left out."""
        heard = self.raw(line if isinstance(line, bytes) else line.encode() + b"\r", ms)
        return [text for text in heard.decode("latin-1").replace("\r", "").split("\n") if text]

    def sends(self, command: str, body: str | bytes, ms: int = 6000) -> list[str]:
        """A command with a prompt, its body and Ctrl-Z."""
        said = self.says(command)
        if said[-1:] != ["> "]:
            return said
        return self.says((body if isinstance(body, bytes) else body.encode()) + b"\x1a", ms)
