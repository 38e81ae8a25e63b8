"""A serial port, or a socket that is one: opened with patience, read by lines."""

import contextlib
import socket
import time

import serial
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

STEP_S = 2  # of blocking reads
OPEN_S = 3  # for a port that others let go of in a moment, such as a system service that looks at new ports
LOST = (TransportError, serial.SerialException, OSError)


class LinkError(RuntimeError):
    """The board does not do what is asked; the message is for people."""


class NoMicroPython(LinkError):
    """No MicroPython answers at the port."""


class Port:
    """A port: a device name, or socket://HOST:PORT."""

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
                    with contextlib.suppress(AttributeError, OSError):  # else every command waits 40 ms for the last one's ACK
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

    def _take(self) -> bytes:
        """All that has arrived. A socket tells of one octet at a time."""
        taken = b""
        while waiting := self._transport.serial.in_waiting:
            taken += self._transport.serial.read(waiting)
        return taken

    def type(self, text: str):
        """Send a line to the firmware's console; its answer is among the next lines."""
        self._transport.serial.write(text.encode() + b"\r")

    def line(self) -> str | None:
        """The next line that the board prints; None after a moment of silence."""
        deadline = time.monotonic() + 0.2
        while b"\n" not in self._line:
            taken = self._take()
            if taken:
                self._line += taken
            elif time.monotonic() > deadline:
                if self._line == b">>> ":
                    break
                return None
            else:
                time.sleep(0.01)
        line, _, self._line = self._line.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")
