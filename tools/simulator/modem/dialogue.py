"""The line discipline: what the host types becomes command lines and message bodies; replies go out by E, V and Q."""

from tools.simulator.modem import charsets
from tools.simulator.modem.commands import run
from tools.simulator.modem.results import NUMERIC

ESC, CTRL_Z, CR, LF, BACKSPACE = 0x1B, 0x1A, 13, 10, 8
LONGEST_LINE, LONGEST_BODY, MOST_WAITING = 600, 4000, 20  # what exceeds them is lost, and the line or body is an error
SLEEPS_MS, WAKES_MS = 5000, 100  # AT+CSCLK=2: asleep after, awake after


class Dialogue:
    """One life of a modem's serial port."""

    def __init__(self, modem):
        self.modem = modem
        self.busy = False  # with a command line
        self.serial = 0  # of that line: an answer to an earlier one is void
        self.prompting = None  # (body so far, done) while a message is typed
        self.abort = None  # what a key does to the command that is running
        self._input = bytearray()
        self._last = b""  # for A/
        self._waiting: list[bytes] = []
        self._active_at = modem.world.now
        self._awake_at = modem.world.now

    # -- from the host -------------------------------------------------------------------------------------------

    def hear(self, octets: bytes) -> None:
        """The host has written."""
        if self._asleep():
            return
        at = 0
        while at < len(octets):
            if self.prompting is None and self.modem.settings["E"] == "0" and not self.abort:
                at = self._take_line(octets, at)  # nothing to echo: up to the end of the line at once
            if at < len(octets):
                self._octet(octets[at])
            at += 1

    def _take_line(self, octets, at):
        end = at
        while end < len(octets) and octets[end] not in (CR, BACKSPACE, 0x2F):  # 0x2F: the end of A/
            end += 1
        room = max(LONGEST_LINE - len(self._input), 0)
        self._input += octets[at:end].translate(None, bytes((ESC, LF, CTRL_Z)))[:room]
        return end

    def _asleep(self):
        """AT+CSCLK: the first octets only wake it; with 1 it listens while DTR is low."""
        modem, now = self.modem, self.modem.world.now
        mode = modem.settings["CSCLK"]
        idle = now - self._active_at >= SLEEPS_MS and not self.busy and self.prompting is None and modem.call is None
        self._active_at = now
        if mode == "1":
            return idle and not modem.dtr_low
        if mode == "2" and idle:
            self._awake_at = now + WAKES_MS
        return now < self._awake_at

    def _octet(self, octet):
        if self.prompting is not None:
            self._prompt_octet(octet)
        elif self.abort and octet not in (CR, LF):
            abort, self.abort = self.abort, None
            abort()
        elif octet not in (ESC, LF, CTRL_Z):
            self._command_octet(octet)

    def _command_octet(self, octet):
        if self.modem.settings["E"] == "1" and not self.busy:
            self.modem.write(bytes((octet,)))
        if octet == CR:
            line, self._input = bytes(self._input), bytearray()
            self._enqueue(line)
        elif octet == BACKSPACE:
            del self._input[-1:]
        elif len(self._input) < LONGEST_LINE:
            self._input.append(octet)
            if self._input in (b"A/", b"a/"):
                self._input = bytearray()
                self._enqueue(self._last)

    def _enqueue(self, line):
        if line.strip() and len(self._waiting) < MOST_WAITING:
            self._waiting.append(line)
            self.next_command()

    def next_command(self) -> None:
        """Run the next line, if none is running."""
        while self._waiting and not self.busy:
            line = self._waiting.pop(0)
            text = line.decode("latin-1")
            place = text.upper().find("AT")
            if place < 0 or self.modem.corrupted():
                continue
            if self.modem.hear_hook and self.modem.hear_hook(text):
                continue
            self._last, self.busy = line, True
            self.serial += 1
            run(self.modem, text[place:])

    # -- the prompt ----------------------------------------------------------------------------------------------

    def prompt(self, done) -> None:
        """Print `> ` and collect until Ctrl-Z (done(octets)) or ESC (done(None))."""
        self.prompting = (bytearray(), done)
        modem = self.modem
        if modem.late_space_ms:
            modem.write(b"\r\n>")
            modem.after(modem.late_space_ms, lambda: modem.write(b" "))
        else:
            modem.write(b"\r\n> ")

    def _prompt_octet(self, octet):
        body, done = self.prompting
        if octet == CTRL_Z and self.modem.lose_ctrl_z:
            self.modem.lose_ctrl_z -= 1
        elif octet in (CTRL_Z, ESC):
            self.prompting = None
            done(bytes(body) if octet == CTRL_Z else None)
        else:
            self._body_octet(body, octet)

    def _body_octet(self, body, octet):
        if self.modem.settings["E"] == "1":
            self.modem.write(bytes((octet,)))
        text_mode = self.modem.settings["CMGF"] == "1"
        if octet == BACKSPACE:
            del body[-1:]
        elif len(body) < LONGEST_BODY and (text_mode or octet not in b"\r\n "):
            body.append(octet)
        if octet == CR and text_mode:
            self.modem.write(b"\r\n> ")

    # -- to the host ---------------------------------------------------------------------------------------------

    def finish(self, lines, final) -> None:
        """Print a reply and be ready for the next line. A line may hold several: no empty one stands between those."""
        if not self.busy:
            return
        self.abort = None
        said = b""
        for text in lines:
            for place, one in enumerate(text.split("\r\n")):
                said = self._between(said)
                said += (b"\r\n" if place == 0 and self._verbose else b"") + charsets.octets(one) + b"\r\n"
        said = self._between(said)
        if final is not None and self.modem.settings["Q"] == "0":
            said += self._final(final)
        self.modem.write(said)
        self.ready()

    def ready(self) -> None:
        """No command is running any more."""
        self.busy = False
        self._active_at = self.modem.world.now
        self.modem.after(0, self.next_command)

    def _between(self, said):
        if not self.modem.between:
            return said
        self.modem.write(said)
        self.modem.urc(self.modem.between.pop(0))
        return b""

    @property
    def _verbose(self):
        return self.modem.settings["V"] == "1"

    def _final(self, final):
        return b"\r\n" + final.encode() + b"\r\n" if self._verbose else NUMERIC.get(final, "4").encode() + b"\r"

    def urc(self, text: str) -> None:
        """An unsolicited line."""
        self._active_at = self.modem.world.now
        if not self._verbose and text in NUMERIC:
            self.modem.write(NUMERIC[text].encode() + b"\r")
        else:
            self.modem.write(b"\r\n" + charsets.octets(text) + b"\r\n")
