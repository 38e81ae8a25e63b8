"""A board with a USB port, on a pseudo terminal and in real time: for `tools/flash.py`, mpremote and other people's programs.

The real MicroPython on a real littlefs, empty at first, with the simulated SIM800 at its UART. It restarts as a board does:
after a reset, a soft reset, when its watchdog is not fed, and when its power is cut. A blank one shows the drive of a Pico in
BOOTSEL and no port that answers, until a UF2 image is copied there.
"""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty
from pathlib import Path

from tools.simulator.board import firmware
from tools.simulator.board.interrupt import type_when_it_waits
from tools.simulator.modem.pty import PtyModem

SHIM = Path(__file__).parent / "usb_shim"
WATCHDOG_S = 8
START_S = 0.4  # until the firmware has imported what it needs
BLOCKS = 256  # of 4 KB


class UsbBoard:
    """One board. `path` is its port, `drive` that of its boot loader. `on_traffic(octets)` sees what is typed to it and may cut
    its power. kind: "whole", "bare" (an image without the drivers), "frozen" (with the firmware in it) or "blank"."""

    def __init__(self, image: Path | None = None, kind="whole"):
        self.folder = Path(tempfile.mkdtemp(prefix="textsocket-usb-"))
        self.image = image or self.folder / "flash.bin"
        if not self.image.exists():
            self.image.write_bytes(b"\xff" * (BLOCKS * 4096))
        self._kind = kind
        self.drive = self.folder / "RPI-RP2"
        self.scene = PtyModem()
        self._host, slave = os.openpty()  # the end the program opens
        tty.setraw(slave)
        os.set_blocking(self._host, False)
        self._unread = b""  # what it prints, on its way there
        self.path = os.ttyname(slave)
        self._console, self._console_slave = os.openpty()  # the end MicroPython has
        _raw_but_interrupts(self._console_slave)
        self._control, self._control_end = os.pipe()
        self._line = os.open(self.scene.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        self._fed = self._spoke = self._process = None
        self._typed = b""
        self.causes = []  # of every start
        self.said = b""  # the end of what it printed
        self.relay = None  # its level
        self.on_traffic = lambda octets: None
        self.on_relay = lambda on: None
        self.clients = []  # sockets that are the port as well
        self._lock = threading.RLock()
        self._running = True
        self._raw = False  # the REPL that it is left in
        if kind == "blank":
            self._kind = "whole"
            self.show_drive()
        else:
            self.power_on()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    # -- power ---------------------------------------------------------------------------------------------------

    def show_drive(self):
        """Be in BOOTSEL: no firmware, no MicroPython, a drive."""
        with self._lock:
            self.power_off()
            self.drive.mkdir(exist_ok=True)
            (self.drive / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n")

    def _take_image(self):
        """Start with an image that is whole; its drive goes."""
        if any(_whole_uf2(path) for path in self.drive.glob("*.uf2")):
            shutil.rmtree(self.drive)
            self.power_on()

    def power_on(self, cause="power"):
        """Start it. After a soft reset in the raw REPL `main.py` does not run, and the raw REPL is entered again."""
        with self._lock:
            raw = self._raw and cause == "soft"
            if cause != "soft":
                self._fed, self._raw = None, False
            self._spoke = None  # when it said its first word; before that it does not listen
            self._typed = b"\r\x01" if raw else b""
            self.causes.append(cause)
            hard = next(known for known in reversed(self.causes) if known != "soft")
            command = [firmware.micropython(), "-X", "heapsize=1m", "-i", str(SHIM / "run.py"), str(self._control_end)]
            command += [str(self._line), str(self.image), hard, self._kind, "boot" if raw else "main"]
            command += [str(firmware.compiled("RPI_PICO"))] if self._kind == "frozen" else []
            self._process = subprocess.Popen(
                command,
                stdin=self._console_slave,
                stdout=self._console_slave,
                stderr=self._console_slave,
                pass_fds=(self._control_end, self._line),
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )

    def power_off(self, goes=True):
        """Cut its power: nothing is finished. The port goes with its board, unless it only resets softly."""
        with self._lock:
            if self._process:
                self._process.kill()
                self._process.wait()
                self._process = None
            for client in self.clients if goes else ():
                client.close()
            self.clients = [] if goes else self.clients
            termios.tcflush(self._console_slave, termios.TCIOFLUSH)
            _raw_but_interrupts(self._console_slave)

    def restart(self, cause, goes=True):
        """Cut and start."""
        with self._lock:
            self.power_off(goes)
            self.power_on(cause)

    def close(self):
        """End it, and clean up."""
        self._running = False
        self._thread.join()
        self.power_off()
        self.scene.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def command(self, line: str) -> list[dict]:
        """A control command of the modem's network, as `--pty` has them; its answers."""
        with self._lock:
            return self.scene.command(line)

    def serve(self) -> str:
        """The port over TCP as well, one program at a time; its address for --port."""
        listener = socket.create_server(("127.0.0.1", 0))

        def accept():
            while self._running:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self.clients.append(client)

        threading.Thread(target=accept, daemon=True).start()
        return f"socket://127.0.0.1:{listener.getsockname()[1]}"

    # -- the wires -----------------------------------------------------------------------------------------------

    def _live(self):
        while self._running:
            with self._lock:
                sources = [self._host, self._console, self._control, self.scene.ports[0].master, *self.clients]
            select.select(sources, [], [], 0.005)
            with self._lock:
                self.scene.turn()
                if _ready(self._control):
                    self._obey(os.read(self._control, 100))
                if self.drive.exists() and not self._process:
                    self._take_image()
                if self._fed is not None and time.monotonic() - self._fed > WATCHDOG_S:
                    self.restart("watchdog")
                elif self._process and self._process.poll() is not None:
                    self._ended()
                self._carry()

    def _ended(self):
        """Ctrl-D at a prompt ends the unix port; a board resets softly."""
        if self._process.returncode == 0 and self._spoke:
            self._say(b"MPY: soft reboot\r\n")
            self.restart("soft", goes=False)
        else:
            self.restart("power")

    def _obey(self, octets):
        for octet in octets:
            if octet == ord("R"):
                self.restart("reset")
            elif octet == ord("B"):
                self.show_drive()
            elif octet == ord("W"):
                self._fed = time.monotonic()
            else:
                self.relay = octet == ord("1")
                self.on_relay(self.relay)

    def _carry(self):
        if _ready(self._console):
            self._spoke = self._spoke or time.monotonic()
            self._say(os.read(self._console, 4096))
        with contextlib.suppress(BlockingIOError):  # nobody may read there
            self._unread = self._unread[os.write(self._host, self._unread) if self._unread else 0 :]
        if _ready(self._host):
            self._type(os.read(self._host, 4096))
        for client in [client for client in self.clients if _ready(client)]:
            octets = client.recv(4096)
            self._type(octets) if octets else self.clients.remove(client)
        if self._typed and self._process and self._spoke:
            if b"\x03" not in self._typed:
                self._pass_on()
            elif time.monotonic() > self._spoke + START_S:
                type_when_it_waits(self._process, self._pass_on)

    def _pass_on(self):
        os.write(self._console, self._typed)
        self._typed = b""

    def _say(self, octets):
        self.said = (self.said + octets)[-4000:]
        self._unread = (self._unread + octets)[-65536:]
        for client in self.clients:
            with contextlib.suppress(OSError):
                client.send(octets)

    def _type(self, octets):
        for octet in octets:
            self._raw = octet == 1 if octet in (1, 2) else self._raw
        life = self._process
        self.on_traffic(octets)
        if self._process is life:
            self._typed += octets


def _ready(source) -> bool:
    return bool(select.select([source], [], [], 0)[0])


def _raw_but_interrupts(fd):
    """A terminal without echo or editing, on which Ctrl-C interrupts, as on a board."""
    tty.setraw(fd)
    flags = termios.tcgetattr(fd)
    flags[3] |= termios.ISIG
    flags[6][termios.VINTR] = b"\x03"
    flags[6][termios.VQUIT] = flags[6][termios.VSUSP] = b"\0"
    termios.tcsetattr(fd, termios.TCSANOW, flags)


def _whole_uf2(path) -> bool:
    """True when the last block of as many as there should be has arrived."""
    data = path.read_bytes()
    if not data or len(data) % 512:
        return False
    number, total = struct.unpack_from("<II", data, len(data) - 512 + 20)
    return number + 1 == total == len(data) // 512


def run(blank=False) -> int:
    """Serve until Ctrl-C or the end of input; control commands of the modem's network on stdin."""
    with UsbBoard(kind="blank" if blank else "whole") as board:
        board.on_relay = lambda on: print(f"relay {'on' if on else 'off'}", flush=True)
        if blank:
            print(f"A virtual Pico in BOOTSEL: its drive is {board.drive}, its port will be {board.path}. In another terminal:")
            print(f"  uv run python tools/flash.py --port {board.path} --drive {board.drive} --image FILE.uf2", flush=True)
        else:
            print(f"A virtual board without firmware is at {board.path}. In another terminal:", flush=True)
            print(f"  uv run python tools/flash.py --board RPI_PICO --port {board.path}", flush=True)
        print(
            f"Its number is {board.scene.network.device_number}. `sms NUMBER TEXT` texts it, `call NUMBER` rings it.",
            flush=True,
        )
        with contextlib.suppress(KeyboardInterrupt):
            _obey_stdin(board)
    return 0


def _obey_stdin(board):
    while True:
        if _ready(sys.stdin):
            line = sys.stdin.readline()
            if not line:
                break
            for answer in board.command(line):
                print(answer, flush=True)
        for row in board.command("sent"):
            if "to" in row:
                print(f"{row['to']} gets: {row['text']}", flush=True)
        time.sleep(0.1)
    signal.pause()
