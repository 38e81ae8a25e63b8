"""The simulated SIM800: power, boot, line discipline, settings, messages, calls. Commands are in `commands.py`.

As strict and as awkward as spec/SIM800.md section 15: what it does not know is an ERROR and noted in `unknown`.
"""

from tools.simulator.modem import commands
from tools.simulator.network import sms

SAVED = {  # AT&W keeps these; factory values of an AT&V listing
    "E": "1", "V": "1", "Q": "0", "X": "4", "S0": "0", "IPR": "0", "IFC": "0,0", "ICF": "3,3", "CMEE": "0", "CMGF": "0",
    "CNMI": "2,1,0,0,0", "CSCS": '"IRA"', "CREG": "0", "CGREG": "0", "CLTS": "0", "CSCLK": "0", "CIURC": "1",
    "MORING": "0", "EXUNSOL": "0", "CSDT": "0", "CSMINS": "0", "CFGRI": "2", "DDET": "0", "CBATCHK": "1",
    "&C": "1", "&D": "0", "L": "0", "M": "0", "S3": "13", "S4": "10", "S7": "60",
}  # fmt: skip
VOLATILE = {  # forgotten at every restart
    "CLIP": "0", "CPMS": '"SM"', "CSMP": "17,167,0,0", "CSDH": "0", "CSMS": "0", "CUSD": "0", "COLP": "0", "CRC": "0",
    "GSMBUSY": "0", "CLIR": "0", "COPS": "0",
}  # fmt: skip
BOOT = (  # ms after power-on at a fixed speed (log 01)
    (0, "RDY"),
    (46, "+CFUN: 1"),
    (1789, "+CPIN: READY"),
    (5705, "Call Ready"),
    (5738, "SMS Ready"),
)
RING_MS = 3000
ESC, CTRL_Z, CR, LF = 0x1B, 0x1A, 13, 10


class Sim800:
    """One modem with its SIM, on a `Line`, in a `Network`. The public attributes are the knobs."""

    model = "SIM800"
    revision = "Revision:1418B05SIM800L24"
    auto_baud_range = (1200, 57600)
    boot_lines = BOOT

    def __init__(self, world, line, network):
        self.world, self.line, self.network = world, line, network
        network.modem = self
        line.to_modem = self._hear
        self.nonvolatile = dict(SAVED)
        self.sim = "READY"  # or SIM PIN, SIM PUK, NOT INSERTED
        self.pin = "1234"
        self.pin_tries = 3
        self.capacity = 30
        self.store: dict[int, list] = {}  # the SIM's: index -> [stat, pdu]
        self.phone_store: dict[int, list] = {}  # the module's own, "ME"
        self.clock_offset = None  # network's local time minus the modem's clock; None: never set
        self.delay_ms = 3  # from a command to its answer
        self.delays = {"+CMGS": 2500, "+CMGD": 60, "+CFUN": 1000, "D": 200, "+CLIP": 30, "+COPS": 3000, "+CUSD": 100}
        self.deaf = False  # prints URCs, answers nothing
        self.late_space_ms = 0  # of the prompt's `> `
        self.lose_ctrl_z = 0  # so many Ctrl-Z get lost
        self.lose_cmti = 0  # so many notifications are never printed
        self.late_cmti_ms = 0
        self.empty_slot_ok = True  # AT+CMGR of an empty slot: OK, or CMS 321
        self.between: list[str] = []  # URCs to print between the lines of the next replies
        self.hear_hook = None  # f(command line) -> True: the modem has died over it
        self.power_pin_works = True
        self.keeps_speed = True  # some boards forget AT+IPR
        self.unknown: list[str] = []  # commands it does not know: fails the test
        self.boots = 0
        self.power = "off"  # off, booting, on
        self.call = None
        self.registered = 0
        self._reset_state()

    # -- power and boot ------------------------------------------------------------------------------------------

    def _reset_state(self):
        self.settings = {**self.nonvolatile, **VOLATILE}
        self.memories = ["SM", "SM", "SM"]  # of AT+CPMS: read and delete, write and send, receive
        self._input = bytearray()
        self._prompt = None
        self._busy = False
        self._waiting: list[bytes] = []
        self._epoch = getattr(self, "_epoch", 0) + 1  # events of an earlier life are void
        self.sms_ready = self.sim_ready = False
        self.synced = self.settings["IPR"] != "0"
        self.line.modem_baud = int(self.settings["IPR"])  # 0: it listens at any speed
        self.registered = 0
        self._held: list[str] = []
        self._out: list[bytes] = []
        if self.call:
            self.call.state = "ended"
        self.call = None

    def after(self, ms, act):
        """Schedule within this life of the modem."""
        epoch = self._epoch
        self.world.after(ms, lambda: act() if epoch == self._epoch else None)

    def power_on(self):
        """Boot: lines at the times of a real one. With auto-bauding they are held back until the first AT."""
        self.power = "booting"
        self.boots += 1
        self._reset_state()
        for ms, text in self.boot_lines:
            self.after(ms + 800, lambda text=text: self._boot_line(text))

    def _boot_line(self, text):
        self.power = "on"
        if text.startswith("+CPIN"):
            text = "+CPIN: " + self.sim
            self.sim_ready = self.sim == "READY"
            if self.sim_ready:
                self.after(2500, self.network_changed)
        elif text in ("Call Ready", "SMS Ready", "SMS DONE", "PB DONE") and not self.sim_ready:
            return
        if text in ("SMS Ready", "SMS DONE"):
            self.sms_ready = True
            self.after(50, self.network.flush)
        if not self.synced:
            if not text.startswith(("RDY", "+CFUN")):
                self._held.append(text)
            return
        self.urc(text)

    def power_off(self):
        """Dead: no word."""
        self.power = "off"
        self._reset_state()

    def restart(self):
        """Restart without a word: a supply dip."""
        self.power_off()
        self.power_on()

    def under_voltage(self, then="POWER DOWN"):
        """Say so (with three N's), and die or go on."""
        self.urc("UNDER-VOLTAGE WARNNING")
        if then == "POWER DOWN":
            self.after(200, lambda: (self.urc("UNDER-VOLTAGE POWER DOWN"), self.after(20, self.power_off)))

    def reset_pin(self):
        """RST was low long enough."""
        self.deaf = False
        self.restart()

    def power_key(self):
        """PWRKEY was low for over a second: on, or off."""
        if not self.power_pin_works:
            return
        if self.power == "off":
            self.deaf = False
            self.power_on()
        else:
            self.urc("NORMAL POWER DOWN")
            self.after(20, self.power_off)

    # -- the line ------------------------------------------------------------------------------------------------

    def write(self, octets: bytes):
        """Put bytes on the wire, if there is power."""
        if self.power != "off":
            self.line.from_modem(octets)

    def urc(self, text: str):
        """An unsolicited line."""
        if self.power == "on":
            self.write(b"\r\n" + text.encode("latin-1") + b"\r\n")

    def _hear(self, octets: bytes):
        if self.power != "on" or self.deaf:
            return
        if not self.synced:
            self._synchronise(octets)
            if not self.synced:
                return
        at = 0
        while at < len(octets):
            if self._prompt is None and self.settings["E"] == "0":  # nothing to echo: up to the end of the line at once
                end = octets.find(CR, at)
                self._input += octets[at : end if end >= 0 else None].translate(None, bytes((ESC, LF)))
                if end < 0:
                    return
                at = end
            self._hear_octet(octets[at])
            at += 1

    def _synchronise(self, octets):
        lo, hi = self.auto_baud_range
        if (b"AT" in octets or b"at" in octets) and lo <= self.line.board_baud <= hi:
            self.synced = True
            self.line.modem_baud = self.line.board_baud
            for text in self._held:
                self.after(60, lambda text=text: self.urc(text))
            self._held = []

    def corrupted(self) -> bool:
        """True while the two ends speak at different speeds."""
        return self.line.board_baud != self.line.modem_baud

    def _hear_octet(self, octet):
        if self._prompt is not None:
            self._hear_prompt(octet)
            return
        if octet in (ESC, LF):
            return
        if self.settings["E"] == "1" and not self._busy:
            self.write(bytes((octet,))) if octet != CR else None
        if octet != CR:
            self._input.append(octet)
            return
        line, self._input = bytes(self._input), bytearray()
        if self.settings["E"] == "1":
            self.write(b"\r")
        if line.strip():
            self._waiting.append(line)
            self._next_command()

    def _next_command(self):
        if self._busy or not self._waiting:
            return
        line = self._waiting.pop(0)
        text = line.decode("latin-1")
        place = text.upper().find("AT")
        if place < 0 or self.corrupted():
            return
        if self.hear_hook and self.hear_hook(text):
            return
        self._busy = True
        commands.run(self, text[place:])

    def answer(self, lines, final, name=""):
        """Print the reply, after this command's delay, and be ready for the next."""
        self.after(self.delays.get(name, self.delay_ms), lambda: self._answer(lines, final))

    def _answer(self, lines, final):
        if not self._busy:
            return
        said = b""
        for text in [*lines, None]:
            if self.between:
                self.write(said)
                said = b""
                self.urc(self.between.pop(0))
            if text is not None:
                said += b"\r\n" + text.encode("latin-1") + b"\r\n"
        if final is not None and self.settings["Q"] == "0":
            said += self._final(final)
        self.write(said)
        self._busy = False
        self.after(0, self._next_command)

    def _final(self, final):
        if self.settings["V"] == "1":
            return b"\r\n" + final.encode() + b"\r\n"
        return commands.NUMERIC.get(final, "4").encode() + b"\r"

    # -- the prompt ----------------------------------------------------------------------------------------------

    def prompt(self, done):
        """Print `> ` and collect until Ctrl-Z (done(octets)) or ESC (done(None))."""

        def show():
            self._prompt = (bytearray(), done)
            if self.late_space_ms:
                self.write(b"\r\n>")
                self.after(self.late_space_ms, lambda: self.write(b" "))
            else:
                self.write(b"\r\n> ")

        self.after(self.delay_ms, show)

    def _hear_prompt(self, octet):
        body, done = self._prompt
        if octet == CTRL_Z and self.lose_ctrl_z:
            self.lose_ctrl_z -= 1
        elif octet == CTRL_Z:
            self._prompt = None
            done(bytes(body))
        elif octet == ESC:
            self._prompt = None
            done(None)
        else:
            body.append(octet)
            if self.settings["E"] == "1":
                self.write(bytes((octet,)))

    # -- network -------------------------------------------------------------------------------------------------

    def network_changed(self):
        """Registration follows the network, with a URC and, where the network sends it, the time."""
        stat = 1 if self.network.up and self.sim_ready and self.power == "on" else 2
        if not self.sim_ready:
            stat = 0
        if stat == self.registered:
            return
        self.registered = stat
        if self.settings["CREG"] != "0":
            self.urc(f"+CREG: {stat}")
        if stat == 1:
            if self.network.nitz:
                self.after(300, self.send_time)
            self.after(500, self.network.flush)

    def send_time(self):
        """The network tells its time (NITZ), where AT+CLTS asks for it."""
        if self.settings["CLTS"] != "1":
            return
        self.clock_offset = 0
        now = self.network.utc()
        zone = self.network.zone_quarters
        stamp = f'*PSUTTZ: {now.year},{now.month},{now.day},{now.hour},{now.minute},{now.second},"{zone:+d}",0'
        self.urc('*PSNWID: "244","91","Sim","Sim",0,"Sim",0')
        if self.network.nitz_cut:
            self.write(b"\r\n" + stamp[:24].encode() + b"\r\n+CGREG: 1\r\n")
        ctzv = f'+CTZV: "{zone:+d}"' if self.network.ctzv_quoted else f"+CTZV: {zone:+d},0"
        for text in (stamp, "DST: 0", stamp, ctzv, '+CIEV: 10,"24491","Sim","Sim", 0, 0'):
            self.urc(text)

    # -- messages ------------------------------------------------------------------------------------------------

    def memory(self, use: int) -> dict[int, list]:
        """The message store for a use of AT+CPMS: 0 read and delete, 1 write and send, 2 receive."""
        return self.phone_store if self.memories[use] == "ME" else self.store

    def takes_messages(self) -> bool:
        """True while a message from the network finds an open ear and a free place."""
        return self.power == "on" and self.registered == 1 and self.sms_ready and len(self.memory(2)) < self.capacity

    def store_message(self, pdu: bytes):
        """A message arrives: stored at the lowest free index, then notified."""
        store = self.memory(2)
        index = next(i for i in range(1, self.capacity + 1) if i not in store)
        store[index] = [0, pdu]
        if self.settings["CNMI"].split(",")[1] != "1":
            return
        if self.lose_cmti:
            self.lose_cmti -= 1
            return
        self.after(self.late_cmti_ms, lambda: self.urc(f'+CMTI: "{self.memories[2]}",{index}'))

    def fill(self):
        """The operator's offers, read by nobody, take every free place on the SIM."""
        for index in set(range(1, self.capacity + 1)) - set(self.store):
            self.store[index] = [1, sms.deliver("Operator", f"Offer {index}", self.network.local())[0]]

    # -- calls ---------------------------------------------------------------------------------------------------

    def incoming_call(self, call):
        """The network rings: RING every 3 s, each with +CLIP when that is on."""
        if self.registered != 1 or self.call is not None or self._prompt is not None:
            call.state, call.why = "ended", "unreachable"
            return
        self.call = call
        self._ring(call)

    def _ring(self, call):
        if self.call is not call or call.state != "ringing" or not call.incoming:
            return
        text = "+CRING: VOICE" if self.settings["CRC"] == "1" else "RING"
        if self.settings["CLIP"] == "1" and self.network.clip:
            number = call.number
            kind = 145 if number.startswith("+") else 128 if not number else 129
            text += f'\r\n\r\n+CLIP: "{number}",{kind},"",0,"{self.network.alpha}",{0 if number else 1}'
        self.urc(text)
        self.after(RING_MS, lambda: self._ring(call))

    def remote_hang_up(self, call):
        """The phone ends the call."""
        call.state, call.why = "ended", call.why or "phone"
        if self.call is call:
            self.call = None
            self.urc("NO CARRIER")

    def local_hang_up(self):
        """ATH."""
        if self.call:
            self.call.state, self.call.why = "ended", "device"
            self.call = None
