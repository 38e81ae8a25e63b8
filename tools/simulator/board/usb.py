"""A board with a USB port, on a pseudo terminal and in real time: for `tools/flash.py`, mpremote and other people's programs.

The real MicroPython on a real littlefs, empty at first, with the simulated SIM800 at its UART. It restarts as a board does:
after a reset, when its watchdog is not fed, and when its power is cut.
"""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time
import tty
from pathlib import Path

from tools.simulator.board import firmware
from tools.simulator.modem.pty import PtyModem

SHIM = Path(__file__).parent / "usb_shim"
WATCHDOG_S = 8
START_S = 0.4  # until the firmware has imported what it needs
BLOCKS = 256  # of 4 KB


class UsbBoard:
    """One board. `path` is its port. `on_traffic(octets)` sees what is typed to it and may cut its power."""

    def __init__(self, image: Path | None = None, whole=True):
        self.folder = Path(tempfile.mkdtemp(prefix="textsocket-usb-"))
        self.image = image or self.folder / "flash.bin"
        if not self.image.exists():
            self.image.write_bytes(b"\xff" * (BLOCKS * 4096))
        self._whole = "whole" if whole else "bare"
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
        self._fed = None
        self._process = None
        self.causes = []  # of every start
        self.said = b""  # the end of what it printed
        self.on_traffic = lambda octets: None
        self.clients = []  # sockets that are the port as well
        self._lock = threading.RLock()
        self._running = True
        self.power_on()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    # -- power ---------------------------------------------------------------------------------------------------

    def power_on(self, cause="power"):
        """Start it."""
        with self._lock:
            self._fed = None
            self._spoke = None  # when it said its first word; before that it does not listen
            self._typed = b""
            self.causes.append(cause)
            command = [firmware.micropython(), "-X", "heapsize=1m", "-i", str(SHIM / "run.py"), str(self._control_end)]
            command += [str(self._line), str(self.image), cause, self._whole]
            self._process = subprocess.Popen(
                command,
                stdin=self._console_slave,
                stdout=self._console_slave,
                stderr=self._console_slave,
                pass_fds=(self._control_end, self._line),
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )

    def power_off(self):
        """Cut its power: nothing is finished."""
        with self._lock:
            if self._process:
                self._process.kill()
                self._process.wait()
                self._process = None
            for client in self.clients:  # the port goes with its board
                client.close()
            self.clients = []
            termios.tcflush(self._console_slave, termios.TCIOFLUSH)
            _raw_but_interrupts(self._console_slave)

    def restart(self, cause):
        """Cut and start."""
        with self._lock:
            self.power_off()
            self.power_on(cause)

    def close(self):
        """End it, and clean up."""
        self._running = False
        self._thread.join()
        self.power_off()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

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
                sources = [self._host, self._console, self._control, self.scene.master, *self.clients]
            select.select(sources, [], [], 0.005)
            with self._lock:
                self.scene.advance()
                if _ready(self.scene.master):
                    self.scene.hear()
                if _ready(self._control):
                    self._obey(os.read(self._control, 100))
                if self._fed is not None and time.monotonic() - self._fed > WATCHDOG_S:
                    self.restart("watchdog")
                elif self._process and self._process.poll() is not None:
                    self.restart("power")
                self._carry()

    def _obey(self, octets):
        if b"R" in octets:
            self.restart("reset")
        else:
            self._fed = time.monotonic()

    def _carry(self):
        if _ready(self._console):
            octets = os.read(self._console, 4096)
            self._spoke = self._spoke or time.monotonic()
            self.said = (self.said + octets)[-4000:]
            self._unread = (self._unread + octets)[-65536:]
            for client in self.clients:
                with contextlib.suppress(OSError):
                    client.send(octets)
        with contextlib.suppress(BlockingIOError):  # nobody may read there
            self._unread = self._unread[os.write(self._host, self._unread) if self._unread else 0 :]
        if _ready(self._host):
            self._type(os.read(self._host, 4096))
        for client in [client for client in self.clients if _ready(client)]:
            octets = client.recv(4096)
            self._type(octets) if octets else self.clients.remove(client)
        if self._typed and self._process and self._spoke:
            # the unix port raises KeyboardInterrupt from its signal handler, and hangs when that hits an import
            if b"\x03" in self._typed and time.monotonic() < self._spoke + START_S:
                return
            os.write(self._console, self._typed)
            self._typed = b""

    def _type(self, octets):
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


def run() -> int:
    """Serve until Ctrl-C."""
    with UsbBoard() as board:
        print(f"A virtual board without firmware is at {board.path}. In another terminal:", flush=True)
        print(f"  uv run python tools/flash.py --board RPI_PICO --port {board.path}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0
