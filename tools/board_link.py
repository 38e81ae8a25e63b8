"""A board at the other end of a serial port: its REPL through mpremote, and the firmware's console.

A running firmware has started a watchdog that cannot be stopped: whoever interrupts it must `feed` it every few seconds.
"""

import contextlib
import json
import socket
import time

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

CHUNK = 1024  # octets of a file in one command
STEP_S = 2  # of blocking reads
GONE_S = 1  # until a port that goes is gone
OPEN_S = 3  # for a port that others let go of in a moment, such as a system service that looks at new ports
BOOT_S = 20  # until a board is back after a reset
_FEED = "import sys as _s\n_h=_s.modules.get('hw')\nif _h and _h.dog:_h.dog.feed()"
_HASHES = """
import binascii, hashlib, json, os, sys
_hw = sys.modules.get("hw")
_found = {}
def _hash(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            part = file.read(512)
            if not part: return binascii.hexlify(digest.digest()).decode()
            digest.update(part)
def _walk(folder):
    for row in os.ilistdir(folder[:-1] or "/"):
        if row[1] == 0x4000: _walk(folder + row[0] + "/")
        else: _found[folder + row[0]] = _hash(folder + row[0])
        if _hw and _hw.dog: _hw.dog.feed()
try: _walk(%r)
except OSError: pass
print(json.dumps(_found))
"""
LOST = (TransportError, serial.SerialException, OSError)


class LinkError(RuntimeError):
    """The board does not do what is asked; the message is for people."""


class BoardLink:
    """A port: a device name, or socket://HOST:PORT. Close it at the end."""

    def __init__(self, port: str, patience_s: float = OPEN_S):
        self.port = port
        self._transport = None
        self._line = b""
        self._open(patience_s)

    def _open(self, patience_s):
        deadline = time.monotonic() + patience_s
        while True:
            try:
                self._transport = SerialTransport(self.port, 115200, timeout=STEP_S)
                if "://" in self.port:
                    self._transport.is_pty = True  # mpremote then waits for octets instead of looking every 10 ms
                    with contextlib.suppress(
                        AttributeError, OSError
                    ):  # pyserial lets every command wait 40 ms for the last one's ACK
                        self._transport.serial._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return
            except LOST as error:
                if time.monotonic() > deadline:
                    raise LinkError(f"{self.port} cannot be opened: {error}") from error
            time.sleep(0.3)

    def close(self):
        """Let go of the port."""
        if self._transport:
            with contextlib.suppress(*LOST):
                self._transport.close()
            self._transport = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- REPL ----------------------------------------------------------------------------------------------------

    def stop(self):
        """Interrupt what runs and enter the raw REPL. Without a soft reset: the watchdog would survive it, unfed."""
        for _ in range(3):
            try:
                self._transport.enter_raw_repl(soft_reset=False, timeout_overall=5)
                self.feed()
                return
            except TransportError:
                time.sleep(0.5)
        raise LinkError(f"{self.port}: no MicroPython answers. Is it the right port, and is MicroPython on the board?")

    def feed(self):
        """Feed the watchdog of the firmware that was interrupted."""
        self.run(_FEED)

    def run(self, code: str) -> str:
        """Run Python on the board; what it prints. Raises LinkError with the board's words."""
        try:
            return self._transport.exec(code).decode()
        except TransportExecError as error:
            raise LinkError(f"the board says: {error.error_output.strip()}") from error

    def evaluate(self, expression: str):
        """The value of an expression on the board."""
        return self._transport.eval(expression)

    @property
    def transport(self) -> SerialTransport:
        """For mpremote's own functions."""
        return self._transport

    def write(self, path: str, data: bytes):
        """Write a file."""
        self._transport.fs_writefile(path, data, CHUNK)

    def read(self, path: str) -> bytes | None:
        """A file's contents, or None."""
        try:
            return bytes(self._transport.fs_readfile(path))
        except (OSError, TransportExecError) as error:
            if isinstance(error, serial.SerialException):
                raise
            return None

    def hashes(self, folder: str = "") -> dict[str, str]:
        """SHA-256 in hex of every file in a folder ("", or with a slash behind) and below, in one go."""
        return json.loads(self.run(_HASHES % folder))

    def remove(self, path: str):
        """Remove a file if it is there."""
        self.run(f"import os\ntry:os.remove({path!r})\nexcept OSError:pass")

    def rename(self, old: str, new: str):
        """Rename a file; on littlefs all at once, over what was there."""
        self.run(f"import os\nos.rename({old!r}, {new!r})")

    def make_folder(self, path: str):
        """Make a folder unless it is there."""
        self.run(f"import os\ntry:os.mkdir({path!r})\nexcept OSError:pass")

    def reset(self):
        """Restart the board, and find its port again."""
        try:
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
            for _ in range(GONE_S * 10):
                time.sleep(0.1)
                _ = self._transport.serial.in_waiting
        except LOST:
            pass  # a USB port goes with its board; one on a UART bridge stays
        self.reopen()

    def reopen(self):
        """Open the port anew, as soon as it is there."""
        self.close()
        self._line = b""
        self._open(BOOT_S)

    # -- console -------------------------------------------------------------------------------------------------

    def ask(self, text: str, patience_s: float = 15, on_line=lambda line: None) -> list[str]:
        """Send a line to the firmware's console; the lines of its answer. Log lines meanwhile go to `on_line`."""
        self._transport.serial.write(text.encode() + b"\r")
        deadline = time.monotonic() + patience_s
        answer = []
        while time.monotonic() < deadline:
            line = self.line()
            if line is None:
                continue
            if line == "=":
                return answer
            if line.startswith("= "):
                answer.append(line[2:])
            elif line.startswith((">>> ", "...")):
                break
            else:
                on_line(line)
        raise LinkError(f"{self.port}: no TextSocket answers. Install it first: tools/flash.py --board ...")

    def line(self) -> str | None:
        """The next line that the board prints; None after a moment of silence."""
        deadline = time.monotonic() + 0.2
        while b"\n" not in self._line:
            waiting = self._transport.serial.in_waiting
            if waiting:
                self._line += self._transport.serial.read(waiting)
            elif time.monotonic() > deadline:
                if self._line == b">>> ":
                    break
                return None
            else:
                time.sleep(0.01)
        line, _, self._line = self._line.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")
