"""The host's end of the virtual board: the MicroPython process, its pins, flash and power, in lockstep with the world."""

import os
import random
import shutil
import tempfile
from collections import deque
from pathlib import Path

from tools.simulator.board import firmware
from tools.simulator.board.link import Link, LinkError
from tools.simulator.board.records import BLOCK, Records
from tools.simulator.board.stretch import Reader, Stretch

FLASH_BLOCKS = 64
NEVER = -1
UNIQUE_ID = "e66038b713"


class BoardError(AssertionError):
    """The firmware died, hung or waits for ever."""


class Board(Records):
    """One board. `pins`: gpio -> level; `edges`: recorded (ms, gpio, level).

    form: of the files, "mpy", or "frozen" into the image; without, extra: pins that it lacks and has besides; files: a folder
    to run instead of the firmware; damage: what is wrong with its files at the start, see `firmware.damaged`.
    """

    def __init__(
        self, world, line, heap="600k", start_ticks=(1 << 30) - 5000, without="", extra=(), form="mpy", files=None, damage=None
    ):
        self.world, self.line = world, line
        self.heap = heap
        self.form = form
        self.files = files or firmware.compiled("VIRTUAL", without=without, form=form, extra=extra)
        self._reader = Reader(self.files)
        self.stretches: list[Stretch] = []  # the long ones
        self.start_ticks = start_ticks
        self.pins: dict[int, int] = {}
        self.edges: list = []
        self.led_edges: deque = deque(maxlen=5000)  # the latest: LEDs blink day and night
        self.lines: list[str] = []  # what the firmware printed
        self.on_line = lambda text: None
        self.on_pin = lambda gpio, level, at: None
        # (kind "erase" or "program", length) -> None, the bytes that are written before the power fails, or "error"
        self.on_flash = lambda kind, length: None
        self.on_bus = lambda question: b""
        self.erases = self.programs = self.starts = 0
        self.at_prompt = self.locked_up = False
        self.heap_used = self.heap_free = 0
        self.boot_at = 0
        self._folder = Path(tempfile.mkdtemp(prefix="textsocket-board-"))
        if damage:
            self.files = firmware.damaged(self.files, self._folder / "files", damage)
        self.image = self._folder / "flash.bin"
        self.image.write_bytes(b"\xff" * (FLASH_BLOCKS * BLOCK))
        self._link: Link | None = None
        self._answer = b""
        self._target = NEVER
        self._deadline = 0
        self._due = False
        line.to_board = self.hear

    # -- power ---------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """True while the board has power."""
        return self._link is not None

    def power_on(self, cause: str = "power"):
        """Start the firmware, up to its first wait."""
        offset = self.start_ticks - (self.world.now if cause == "power" else self.boot_at)
        if cause == "power":
            self.boot_at = self.world.now
        arguments = [str(self.image), str(self.files), cause, str(offset % (1 << 30)), UNIQUE_ID, self.form]
        self._link = Link(self.heap, arguments)
        self.starts += 1
        self.locked_up = False  # True when the watchdog has bitten in light sleep: an RP2040 then needs a power cut
        self._deaf_until = 0
        self.at_prompt = False  # True when the firmware has ended: nothing runs but the watchdog, if it has been started
        for gpio, level in self.pins.items():
            self._put(b"I", bytes((gpio, level)))
        self._deadline = self.world.now
        if self._receive() != "wait":  # it says that it runs, and takes the levels of its inputs
            self._run()

    def power_off(self):
        """Cut the power: nothing that was under way is finished. Outputs float: the relay falls off."""
        if self._link is None:
            return
        self._link.kill()
        self._link = None
        self._target = NEVER
        self._due = False
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
        if self.running and octets and self.world.now >= self._deaf_until:
            self._put(b"U", octets)
            self._due = True

    def type(self, line: str):
        """Type a line at the USB console."""
        self.type_raw(line.encode() + b"\n")

    def type_raw(self, octets: bytes):
        """Whatever may come over USB."""
        self._link.process.stdin.write(octets)
        self._link.process.stdin.flush()
        self._due = True

    def execute(self, code: str):
        """Run Python on the board, to break something from inside."""
        self._put(b"X", code.encode())
        self._due = True

    def ask_heap(self) -> int:
        """Bytes in use after a collection."""
        self._put(b"G", b"")
        self._due = True
        self.heap_used = 0
        self.run_until(self.world.now + 5000, lambda: self.heap_used)  # it may be at work
        return self.heap_used

    def _put(self, kind, payload):
        self._link.put(kind, payload)

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
            if self.running and not self.locked_up:
                wake = world.now if self._due else self._target if self._target != NEVER else None
            if wake is not None and (event is None or wake < event) and wake <= deadline:
                world.now = max(world.now, wake)
                self._run()
            elif event is not None and event <= deadline:
                world.step()
            elif event is None and wake is None and self.running and not (self.at_prompt or self.locked_up):
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
        if self._answer is not None:
            self._put(b"A", self._answer)
        self._answer = None
        self._due = False
        self._link.send(self.world.now, self._horizon())

    def _fail(self, why):
        link, self._link = self._link, None
        output = link.kill()
        raise BoardError(f"{why} ({link.process.returncode})\n{self.tail()}\n{output}")

    @property
    def processor(self) -> int | None:
        """The number of the process, while it runs."""
        return self._link and self._link.process.pid

    def tail(self, count=25) -> str:
        """The firmware's last lines."""
        return "\n".join(self.lines[-count:])

    def _receive(self) -> str:
        try:
            for kind, payload in self._link.receive():
                if getattr(self, "_on_" + kind)(payload) == "wait" or not self.running:
                    return "wait"
        except LinkError as error:
            self._fail(error)
        return "answered"


def share_core(number: int = 0):
    """Keep this process and its boards on one core (the number-th, counted round). In lockstep only one of them runs at a time,
    and the clock changes hands fastest where nothing has to be woken elsewhere: a third of the time saved."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def torn(rng: random.Random, length: int) -> int:
    """How many bytes of a write reach the flash when the power fails in it."""
    return rng.choice((0, rng.randrange(length + 1)))
