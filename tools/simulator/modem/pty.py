"""The simulated modem alone, on a pseudo terminal, for any modem program; control commands on stdin.

    sms FROM TEXT    a text arrives            call FROM    somebody rings
    hangup           and gives up              sent         the texts that were sent, a JSON line each
    answer MS|never  how called phones behave  unknown      the commands it did not know
    quit

Answers on stdout are JSON lines; the first names the terminal.
"""

import contextlib
import json
import os
import select
import sys
import time
import tty

from tools.simulator.modem.line import Line
from tools.simulator.modem.sim800 import Sim800
from tools.simulator.network.network import Network
from tools.simulator.world import World


class PtyModem:
    """A modem on a pty, in real time."""

    def __init__(self):
        self.world = World()
        self.network = Network(self.world, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))
        self.line = Line(self.world)
        self.modem = Sim800(self.world, self.line, self.network)
        self.modem.nonvolatile.update(IPR="115200", CLTS="1")
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.line.to_board = self._to_program
        self.modem.power_on()
        self._began = time.monotonic()
        self._call = None
        self._told = 0

    def _to_program(self, octets):
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self.master, octets)

    def advance(self):
        """Let the world catch up with the wall clock."""
        target = int((time.monotonic() - self._began) * 1000)
        while (event := self.world.next()) is not None and event <= target:
            self.world.step()
        self.world.now = max(self.world.now, target)

    def hear(self):
        """Take what the program wrote."""
        with contextlib.suppress(OSError):
            self.line.from_board(os.read(self.master, 4096))

    def command(self, line: str):
        """Carry out a control command; the JSON answers."""
        word, _, rest = line.strip().partition(" ")
        if word == "sms":
            sender, _, text = rest.partition(" ")
            self.network.send_to_device(sender, text)
        elif word == "call":
            self._call = self.network.phone(rest).call()
        elif word == "hangup" and self._call:
            self.network.phone(self._call.number).hang_up(self._call)
        elif word == "sent":
            fresh = self.network.submitted[self._told :]
            self._told = len(self.network.submitted)
            return [{"to": number, "text": text, "ms": at} for number, text, at in fresh] or [{"sent": 0}]
        elif word == "unknown":
            return [{"unknown": self.modem.unknown}]
        elif word == "answer":
            for phone in self.network.phones.values():
                phone.answers_after = None if rest == "never" else int(rest)
        elif word:
            return [{"error": f"no such command: {word}"}]
        return [{"ok": word}]


def run() -> int:
    """Serve until stdin ends or says quit."""
    scene = PtyModem()
    print(json.dumps({"pty": scene.path, "number": scene.network.device_number}), flush=True)
    while True:
        ready, _, _ = select.select([scene.master, sys.stdin], [], [], 0.002)
        scene.advance()
        if scene.master in ready:
            scene.hear()
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line or line.strip() == "quit":
                return 0
            for answer in scene.command(line):
                print(json.dumps(answer), flush=True)
