"""A board at the other end of a serial port: its REPL through mpremote, and the firmware's console.

A running firmware has started a watchdog that cannot be stopped: whoever interrupts it must `feed` it every few seconds.
"""

import contextlib
import io
import json
import threading
import time

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from tools.flashing.port import LOST, LinkError, NoMicroPython, Port

CHUNK = 1024  # octets of a file in one command
SILENT_S = 6  # until a port that says nothing counts as silent; a board that starts takes some of it
GONE_S = 1  # until a port that goes is gone
FEED_S = 2  # between two meals of the watchdog, which waits for 8
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
        if folder + row[0] == "rom": continue
        if row[1] == 0x4000: _walk(folder + row[0] + "/")
        else: _found[folder + row[0]] = _hash(folder + row[0])
        if _hw and _hw.dog: _hw.dog.feed()
try: _walk(%r)
except OSError: pass
print(json.dumps(_found))
"""


class BoardLink(Port):
    """A port: a device name, or socket://HOST:PORT. At its end a firmware that was stopped is started again."""

    _stopped = False  # the firmware, by us
    _known = False  # that the firmware answers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._stopped and self._transport:  # a refusal or Ctrl-C must not leave the socket without its firmware
            with contextlib.suppress(*LOST):
                self._start_again()
        self.close()

    def _start_again(self):
        """Reset a board that may be in the middle of something, unless it has started again by itself."""
        said = self._take()
        if len(said) > 3 and b"\x04" not in said:
            return
        for typed in (b"\r\x03", b"\r\x01", b"import machine\nmachine.reset()\n\x04"):
            self._transport.serial.write(typed)
            time.sleep(0.2)

    # -- REPL ----------------------------------------------------------------------------------------------------

    def stop(self):
        """Interrupt what runs and enter the raw REPL. Without a soft reset: the watchdog would survive it, unfed.

        Raises NoMicroPython.
        """
        heard = self._prompt()
        for _ in range(3):
            try:
                with contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it could not read
                    self._transport.enter_raw_repl(soft_reset=False, timeout_overall=3)
                self._stopped = True
                self.feed()
                return
            except TransportError:
                time.sleep(0.5)
        raise NoMicroPython(f"{self.port}: what answers there is no MicroPython: {heard[-60:]!r}. Is it the right port?")

    def _prompt(self) -> bytes:
        """Press Ctrl-C until there is a prompt; what was heard."""
        port = self._transport.serial
        while self._take():  # what was said before somebody listened
            time.sleep(0.05)
        heard = b""
        deadline = time.monotonic() + SILENT_S
        while time.monotonic() < deadline:
            port.write(b"\r\x03\x02")
            patience = time.monotonic() + 1
            while time.monotonic() < patience:
                heard += self._take()
                if heard.endswith(b">>> "):
                    return heard
                time.sleep(0.02)
        if not heard:
            raise NoMicroPython(f"{self.port}: nothing answers. Is it the right port, and is MicroPython on the board?")
        return heard

    def feed(self):
        """Feed the watchdog of the firmware that was interrupted."""
        self.run(_FEED)

    @contextlib.contextmanager
    def feeding(self):
        """Keep a stopped board's watchdog fed while something else takes its time: a question, a download, a compiler."""
        done = threading.Event()

        def feed():
            while not done.wait(FEED_S):
                with contextlib.suppress(LinkError, *LOST):
                    self.feed()

        thread = threading.Thread(target=feed, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def run(self, code: str) -> str:
        """Run Python on the board; what it prints. Raises LinkError with the board's words."""
        self._still_stopped()
        try:
            return self._transport.exec(code).decode()
        except TransportExecError as error:
            raise LinkError(f"the board says: {error.error_output.strip()}") from error

    def _still_stopped(self):
        """Between two commands there is a prompt and nothing else. Else the board has started again behind a port that stayed
        open, and what is typed to it would be commands."""
        if not self._stopped:
            raise TransportError("the firmware runs")
        if self._transport.serial.in_waiting > 1:
            self._stopped = False
            raise TransportError("the board has started again")

    def evaluate(self, expression: str):
        """The value of an expression on the board."""
        self._still_stopped()
        return self._transport.eval(expression)

    @property
    def transport(self) -> SerialTransport:
        """For mpremote's own functions, with the firmware stopped."""
        self._still_stopped()
        return self._transport

    def write(self, path: str, data: bytes):
        """Write a file."""
        self.transport.fs_writefile(path, data, CHUNK)

    def read(self, path: str) -> bytes | None:
        """A file's contents, or None."""
        try:
            return bytes(self.transport.fs_readfile(path))
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

    def remove_folders(self, paths):
        """Remove folders that are empty; others stay. An empty one is imported before frozen code of its name."""
        self.run(
            f"import os\nfor path in {sorted(paths)!r}:\n try:\n  if not os.listdir(path):os.rmdir(path)\n except OSError:pass"
        )

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

    def enter_boot_loader(self):
        """Have the board show its boot loader's drive; its port goes."""
        self._still_stopped()
        self._transport.exec_raw_no_follow("import machine\nmachine.bootloader()")
        self._stopped = False

    def reopen(self):
        """Open the port anew, as soon as it is there."""
        self.close()
        self._line = b""
        self._stopped = self._known = False
        self._open(BOOT_S)

    # -- console -------------------------------------------------------------------------------------------------

    def ask(self, text: str, patience_s: float = 15, on_line=lambda line: None) -> list[str]:
        """Send a line to the firmware's console; the lines of its answer. Log lines meanwhile go to `on_line`."""
        if not self._known:
            self.greet()
        self.type(text)
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
        raise LinkError(f"{self.port}: no answer to {text}")

    def greet(self):
        """Wait until the firmware answers: it may be about to start. Raises LinkError when there is none."""
        deadline = time.monotonic() + BOOT_S
        again = 0
        while time.monotonic() < deadline:
            if time.monotonic() > again:
                self.type("LOG")  # it changes nothing, and is not logged itself
                again = time.monotonic() + 3
            line = self.line() or ""
            if line == "=":
                self._known = True
                self._rest()
                return
            if line.startswith((">>> ", "...")):
                break
        raise LinkError(f"{self.port}: no TextSocket answers. Install it first: tools/flash.py")

    def _rest(self):
        """Read what is left of the answers to questions that were asked twice."""
        while self.line() is not None:
            pass
