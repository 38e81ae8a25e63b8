"""The host's end of the virtual board: the MicroPython process, its pins, flash and power, in lockstep with the world."""

import contextlib
import os
import random
import select
import shutil
import struct
import subprocess
import tempfile
from collections import deque
from pathlib import Path

from tools.simulator.board import firmware

ERASE_MS = 45
PROGRAM_MS = 1  # of 256 bytes
FLASH_BLOCKS = 64
BLOCK = 4096
PATIENCE_S = 60  # real time until a firmware that does not give the clock back counts as hung
NEVER = -1
UNIQUE_ID = "e66038b713"


class BoardError(AssertionError):
    """The firmware died, hung or waits for ever."""


class Board:
    """One board. `pins`: gpio -> level; `edges`: recorded (ms, gpio, level)."""

    def __init__(self, world, line, heap="600k", start_ticks=(1 << 30) - 5000, without=""):
        self.world, self.line = world, line
        self.heap = heap
        self.files = firmware.compiled("VIRTUAL", without)
        self.start_ticks = start_ticks
        self.pins: dict[int, int] = {}
        self.edges: list = []
        self.led_edges: deque = deque(maxlen=5000)  # the latest: LEDs blink day and night
        self.lines: list[str] = []  # what the firmware printed
        self.on_line = lambda text: None
        self.on_pin = lambda gpio, level, at: None
        self.on_flash = lambda kind, length: None  # kind "erase" or "program": bytes written before the power fails, or None
        self.on_bus = lambda question: b""
        self.erases = self.programs = self.starts = 0
        self.heap_used = self.heap_free = 0
        self.boot_at = 0
        self._folder = Path(tempfile.mkdtemp(prefix="textsocket-board-"))
        self.image = self._folder / "flash.bin"
        self.image.write_bytes(b"\xff" * (FLASH_BLOCKS * BLOCK))
        self._process = None
        self._records = bytearray()
        self._answer = b""
        self._heard = b""  # from the firmware, not taken yet
        self._target = NEVER
        self._deadline = 0
        self._due = False
        line.to_board = self.hear

    # -- power ---------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """True while the board has power."""
        return self._process is not None

    def power_on(self, cause: str = "power"):
        """Start the firmware, up to its first wait."""
        to_child, self._to = os.pipe()
        self._from, from_child = os.pipe()
        command = [
            firmware.micropython(),
            "-X",
            f"heapsize={self.heap}",
            str(firmware.shim() / "run.py"),
            str(to_child),
            str(from_child),
        ]
        offset = self.start_ticks - (self.world.now if cause == "power" else self.boot_at)
        if cause == "power":
            self.boot_at = self.world.now
        command += [str(self.image), str(self.files), cause, str(offset % (1 << 30)), UNIQUE_ID]
        self._process = subprocess.Popen(
            command, pass_fds=(to_child, from_child), stdin=subprocess.PIPE, stderr=subprocess.STDOUT, stdout=subprocess.PIPE
        )
        os.close(to_child)
        os.close(from_child)
        self.starts += 1
        self._heard = b""
        self._records = bytearray()
        for gpio, level in self.pins.items():
            self._put(b"I", bytes((gpio, level)))
        self._deadline = self.world.now
        if self._receive() != "wait":  # it says that it runs, and takes the levels of its inputs
            self._run()

    def power_off(self):
        """Cut the power: nothing that was under way is finished. Outputs float: the relay falls off."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None
        for fd in (self._to, self._from):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._target = NEVER
        self._due = False
        self._records = bytearray()
        for gpio in self.output_gpios:
            self._pin(gpio, 0 if gpio not in self.idle_high else 1, self.world.now)

    output_gpios = (6, 7, 8, 9)
    led_gpios = (7, 8, 9)
    idle_high = ()

    def close(self):
        """Stop, and clean up."""
        self.on_pin = lambda gpio, level, at: None
        self.power_off()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- the world's side ----------------------------------------------------------------------------------------

    def set_input(self, gpio: int, level: int):
        """Drive an input."""
        self.pins[gpio] = level
        if self.running:
            self._put(b"I", bytes((gpio, level)))
            self._due = True

    def hear(self, octets: bytes):
        """Bytes arrive at the UART."""
        if self.running and octets:
            self._put(b"U", octets)
            self._due = True

    def type(self, line: str):
        """Type a line at the USB console."""
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        self._due = True

    def ask_heap(self) -> int:
        """Bytes in use after a collection."""
        self._put(b"G", b"")
        self._due = True
        self.run_until(self.world.now + 1)
        return self.heap_used

    def _put(self, kind, payload):
        self._records += kind + struct.pack("<H", len(payload)) + payload

    # -- lockstep ------------------------------------------------------------------------------------------------

    def run_until(self, deadline: int, stop=None) -> bool:
        """Let time pass until `stop()` is true (True) or to `deadline` (False)."""
        world = self.world
        self._deadline = deadline
        while True:
            if stop is not None and stop():
                return True
            event = world.next()
            wake = None
            if self.running:
                wake = world.now if self._due else self._target if self._target != NEVER else None
            if wake is not None and (event is None or wake < event) and wake <= deadline:
                world.now = max(world.now, wake)
                self._run()
            elif event is not None and event <= deadline:
                world.step()
            elif event is None and wake is None and self.running:
                raise BoardError("deadlock: nothing can ever happen again\n" + self.tail())
            else:
                world.now = max(world.now, deadline)
                return False

    def _horizon(self) -> int:
        event = self.world.next()
        return self._deadline + 1 if event is None else min(event, self._deadline + 1)

    def _run(self):
        """Hand over what happened and let the firmware run until it waits."""
        while self.running:
            self._send()
            if self._receive() == "wait":
                return

    def _send(self):
        records, self._records = bytes(self._records), bytearray()
        if self._answer is not None:
            records = records + b"A" + struct.pack("<H", len(self._answer)) + self._answer
        self._answer = None
        self._due = False
        message = struct.pack("<Iqq", len(records), self.world.now, self._horizon()) + records
        with contextlib.suppress(BrokenPipeError):
            os.write(self._to, message)

    def _read(self, count: int) -> bytes:
        while len(self._heard) < count:
            chunk = b""
            if select.select([self._from], [], [], PATIENCE_S)[0]:
                chunk = os.read(self._from, 65536)
            else:
                self._fail("the firmware does not give the clock back")
            if not chunk:
                self._fail("the firmware ended")
            self._heard += chunk
        data, self._heard = self._heard[:count], self._heard[count:]
        return data

    def _fail(self, why):
        process, self._process = self._process, None
        process.kill()
        output = process.communicate()[0].decode(errors="replace")
        raise BoardError(f"{why}\n{self.tail()}\n{output}")

    def tail(self, count=25) -> str:
        """The firmware's last lines."""
        return "\n".join(self.lines[-count:])

    def _receive(self) -> str:
        (length,) = struct.unpack("<I", self._read(4))
        message = self._read(length)
        at = 0
        while at < length:
            kind = chr(message[at])
            size = message[at + 1] | message[at + 2] << 8
            payload = message[at + 3 : at + 3 + size]
            at += 3 + size
            act = getattr(self, "_on_" + kind)
            result = act(payload)
            if result == "wait":
                return "wait"
            if not self.running or result == "restarted":
                return "wait"
        return "answered"

    # -- records -------------------------------------------------------------------------------------------------

    def _moved_to(self, payload) -> bytes:
        (now,) = struct.unpack("<q", payload[:8])
        self.world.now = max(self.world.now, now)
        return payload[8:]

    def _on_h(self, payload):  # runs now
        self._answer = b""

    def _on_s(self, payload):  # sleeps until
        (self._target,) = struct.unpack("<q", self._moved_to(payload))
        return "wait"

    def _on_p(self, payload):
        for gpio, level, at in struct.iter_unpack("<BBq", payload):
            self._pin(gpio, level, at)

    def _pin(self, gpio, level, at):
        if self.pins.get(gpio) != level:
            self.pins[gpio] = level
            (self.led_edges if gpio in self.led_gpios else self.edges).append((at, gpio, level))
            self.on_pin(gpio, level, at)

    def _on_u(self, payload):
        self.line.from_board(bytes(payload))

    def _on_b(self, payload):
        (self.line.board_baud,) = struct.unpack("<I", payload)

    def _on_l(self, payload):
        text = payload.decode(errors="replace")
        self.lines.append(text)
        del self.lines[:-5000]
        self.on_line(text)

    def _on_g(self, payload):
        self.heap_used, self.heap_free = struct.unpack("<II", payload)

    def _on_z(self, payload):  # light sleep: the UART is off
        pass

    def _on_o(self, payload):
        self._answer = self.on_bus(self._moved_to(payload))

    def _on_r(self, payload):
        cause = self._moved_to(payload).decode()
        self.power_off()
        self.power_on(cause)
        return "restarted"

    def _on_x(self, payload):
        self.power_off()
        return "wait"

    def _on_e(self, payload):
        self._moved_to(payload)
        self.erases += 1
        allowed = self.on_flash("erase", BLOCK)
        self._answer = b"" if allowed is None else b"x"
        self._busy(ERASE_MS)

    def _on_f(self, payload):
        _, _, length = struct.unpack("<IHI", self._moved_to(payload))
        self.programs += 1
        allowed = self.on_flash("program", length)
        self._answer = struct.pack("<I", length if allowed is None else min(allowed, length))
        self._busy(PROGRAM_MS * -(-length // 256))

    def _busy(self, ms):
        """Flash is being written: interrupts are off, the world goes on."""
        end = self.world.now + ms
        self.line.deafen(ms)
        while (event := self.world.next()) is not None and event <= end:
            self.world.step()
        self.world.now = end


def share_core(number: int = 0):
    """Keep this process and its boards on one core (the number-th, counted round). In lockstep only one of them runs at a time,
    and the clock changes hands fastest where nothing has to be woken elsewhere: a third of the time saved."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def torn(rng: random.Random, length: int) -> int:
    """How many bytes of a write reach the flash when the power fails in it."""
    return rng.choice((0, rng.randrange(length + 1)))
