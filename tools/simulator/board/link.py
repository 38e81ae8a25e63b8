"""The pipes to the MicroPython process: one message each way whenever time is to move. `shim/lockstep.py` is the other end."""

import contextlib
import os
import select
import struct
import subprocess

from tools.simulator.board import firmware

PATIENCE_S = 60  # real time until a firmware that does not give the clock back counts as hung


class LinkError(Exception):
    """The process hangs or is gone; its last words."""


class Link:
    """A running process. A message is its length and records: kind (1 byte), length (u16), payload."""

    def __init__(self, heap: str, arguments: list[str]):
        to_child, self._to = os.pipe()
        self._from, from_child = os.pipe()
        command = [firmware.micropython(), "-X", f"heapsize={heap}", str(firmware.shim() / "run.py")]
        self.process = subprocess.Popen(
            [*command, str(to_child), str(from_child), *arguments],
            pass_fds=(to_child, from_child),
            stdin=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE,
        )
        os.close(to_child)
        os.close(from_child)
        self._heard = b""  # not taken yet
        self._records = bytearray()

    def put(self, kind: bytes, payload: bytes):
        """Add a record to the next message."""
        self._records += kind + struct.pack("<H", len(payload)) + payload

    def send(self, now: int, horizon: int):
        """Send what has gathered, with the time and up to when nothing can happen."""
        records, self._records = bytes(self._records), bytearray()
        with contextlib.suppress(BrokenPipeError):
            os.write(self._to, struct.pack("<Iqq", len(records), now, horizon) + records)

    def receive(self):
        """The next message: yields (kind, payload). Raises LinkError."""
        (length,) = struct.unpack("<I", self._read(4))
        message = self._read(length)
        at = 0
        while at < length:
            size = message[at + 1] | message[at + 2] << 8
            yield chr(message[at]), message[at + 3 : at + 3 + size]
            at += 3 + size

    def _read(self, count: int) -> bytes:
        while len(self._heard) < count:
            if not select.select([self._from], [], [], PATIENCE_S)[0]:
                raise LinkError("the firmware does not give the clock back")
            chunk = os.read(self._from, 65536)
            if not chunk:
                raise LinkError("the firmware ended")
            self._heard += chunk
        data, self._heard = self._heard[:count], self._heard[count:]
        return data

    def kill(self) -> str:
        """End it; what it wrote outside the lockstep."""
        self.process.kill()
        output = self.process.communicate()[0].decode(errors="replace")
        for fd in (self._to, self._from):
            with contextlib.suppress(OSError):
                os.close(fd)
        return output
