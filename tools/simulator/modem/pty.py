"""The simulated modem alone, on a pseudo terminal (and a TCP port), in real time, for any modem program.

    with LiveModem() as modem:                       in another project's test
        program = MyProgram(modem.path)
        modem.command("sms +447700900123 Hello")

`python -m tools.simulator --pty` does the same for programs in any language: commands on stdin, JSON lines on stdout.
"""

import contextlib
import json
import os
import select
import socket
import sys
import termios
import threading
import time
import tty

from tools.simulator.modem.control import Scene
from tools.simulator.modem.profiles import PROFILES

POLL_MS = 2


class Port:
    """A pseudo terminal. Like a wire it keeps nothing: what nobody reads is lost, and the next program starts with silence."""

    def __init__(self):
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self.master, False)
        self._poll = select.poll()
        self._poll.register(self.master, select.POLLIN)
        self._open = False

    def look(self) -> bytes:
        """What the program wrote; notices programs that come and go."""
        events = dict(self._poll.poll(0)).get(self.master, 0)
        is_open = not events & select.POLLHUP
        if self._open and not is_open:
            self._flush()
        self._open = is_open
        if not events & select.POLLIN:
            return b""
        try:
            return os.read(self.master, 4096)
        except OSError:
            return b""

    def _flush(self):
        """The program has gone: what it did not read is nobody's."""
        slave = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(slave)
        termios.tcflush(slave, termios.TCIOFLUSH)
        os.close(slave)

    def write(self, octets: bytes) -> None:
        """Towards the program."""
        if self._open:
            with contextlib.suppress(OSError):
                os.write(self.master, octets)

    def close(self) -> None:
        """Done."""
        os.close(self.master)


class Socket:
    """One program at a time at a listening socket; a new one takes the place of the last."""

    def __init__(self, server: socket.socket):
        self._server = server
        self._server.setblocking(False)
        self._client = None

    def look(self) -> bytes:
        """What the program wrote."""
        with contextlib.suppress(BlockingIOError):
            client, _ = self._server.accept()
            self._drop()
            self._client = client
            client.setblocking(False)
        if not self._client:
            return b""
        try:
            octets = self._client.recv(4096)
        except BlockingIOError:
            return b""
        except OSError:
            octets = b""
        if not octets:
            self._drop()
        return octets

    def write(self, octets: bytes) -> None:
        """Towards the program."""
        if self._client:
            try:
                self._client.send(octets)
            except BlockingIOError:
                pass
            except OSError:
                self._drop()

    def _drop(self):
        if self._client:
            self._client.close()
            self._client = None

    def close(self) -> None:
        """Done."""
        self._drop()
        self._server.close()


class PtyModem(Scene):
    """A modem on a pty, and on a TCP port where one is wanted, in real time."""

    def __init__(self, profile="SIM800L", tcp=None):
        super().__init__(PROFILES[profile])
        self.ports = [Port()]
        self.path, self.tcp = self.ports[0].path, None
        if tcp is not None:
            server = socket.create_server(("127.0.0.1", tcp))
            self.tcp = server.getsockname()[1]
            self.ports.append(Socket(server))
        self.line.to_board = self._to_programs
        self.modem.power_on()
        self._began = time.monotonic()

    def _to_programs(self, octets):
        for port in self.ports:
            port.write(octets)

    def turn(self) -> None:
        """One round: time passes, the programs are heard."""
        target = int((time.monotonic() - self._began) * 1000) + self.skipped
        while (event := self.world.next()) is not None and event <= target:
            self.world.step()
            self.look()
        self.world.now = max(self.world.now, target)
        for port in self.ports:
            if octets := port.look():
                self.line.from_board(octets)
        self.look()

    def close(self) -> None:
        """Unplug it."""
        for port in self.ports:
            port.close()


class LiveModem:
    """A modem that runs beside a test, in a thread. `path` is its terminal; `command` takes the lines of `control`."""

    def __init__(self, profile="SIM800L", tcp=None, booted=True):
        self.scene = PtyModem(profile, tcp)
        self.path, self.tcp = self.scene.path, self.scene.tcp
        self.scene.skipped = 10_000 if booted else 0
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failed = None  # what ended the thread: raised where the test looks next

    def _run(self):
        try:
            while not self._ends.wait(POLL_MS / 1000):
                with self._lock:
                    self.scene.turn()
        except Exception as error:
            self._failed = error

    def command(self, line: str):
        """Carry out a line. Its answer, or the list of them. Raises ValueError for a bad one."""
        if self._failed:
            raise self._failed
        with self._lock:
            answers = self.scene.command(line)
        if answers and "error" in answers[0]:
            raise ValueError(answers[0]["error"])
        return answers[0] if len(answers) == 1 else answers

    def __enter__(self):
        self.scene.turn()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()
        self.scene.close()
        if self._failed:
            raise self._failed


def run(profile="SIM800L", tcp=None) -> int:
    """Serve until stdin ends or says quit."""
    scene = PtyModem(profile, tcp)
    _say({"pty": scene.path, "number": scene.network.device_number, **({"tcp": scene.tcp} if scene.tcp else {})})
    try:
        return _serve(scene)
    finally:
        scene.close()


def _serve(scene):
    typed = b""
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], POLL_MS / 1000)
        scene.turn()
        octets = os.read(sys.stdin.fileno(), 4096) if ready else b""
        *lines, typed = (typed + octets).split(b"\n")
        for line in lines:
            if line.strip() == b"quit":
                return 0
            for answer in scene.command(line.decode("utf-8", "replace")):
                _say(answer)
        for event in scene.events:
            _say(event)
        scene.events.clear()
        if ready and not octets:
            return 0


def _say(what):
    print(json.dumps(what), flush=True)
