"""The simulated SIM800: its knobs and its state. What it does is in the rooms beside it and the chapters of `commands`.
As strict and as awkward as spec/SIM800.md section 15: what it does not know is an ERROR and noted in `unknown`.
"""

from tools.simulator.modem import boot, calls, commands, delays, elsewhere, notices, registration
from tools.simulator.modem.commands.phone_book import BOOKS
from tools.simulator.modem.commands.settings import SAVED, VOLATILE
from tools.simulator.modem.commands.sim_card import OPEN_LINES, PIN_TRIES, PUK_TRIES
from tools.simulator.modem.dialogue import Dialogue


class Sim800:
    """One modem with its SIM, on a `Line`, in a `Network`. The public attributes are the knobs."""

    model, model_name = "SIM800", "SIM800L"
    revision = "Revision:1418B05SIM800L24"
    imei, imsi, iccid = "490154203237518", "244910000000001", "8935891000000000001f"
    auto_baud_range = (1200, 57600)
    boot_lines = boot.LINES
    ears_ms = boot.EARS_MS
    open_lines = OPEN_LINES
    commands = commands.COMMANDS
    report_ways = (0, 1)  # of AT+CNMI: status reports nowhere, on the line; 2 would be the store

    def __init__(self, world, line, network):
        self.world, self.line, self.network = world, line, network
        network.modem = self
        line.to_modem = self._hear
        self.nonvolatile = dict(SAVED)
        self._make_sim()
        self._make_knobs()
        self.boots = 0
        self.power = "off"  # off, booting, on
        self.call = None
        self.reference = 0  # of the last message sent
        self.late_ms = 0  # of the command line that is being run
        self.supplied_at = 0
        self._epoch = 0
        self.reset_state()

    def _make_sim(self):
        self.sim = "READY"  # or SIM PIN, SIM PUK, NOT INSERTED
        self.pin, self.puk = "1234", "12345678"
        self.pin_tries, self.puk_tries = PIN_TRIES, PUK_TRIES
        self.asks_pin = False  # at every start
        self.own_number = ""
        self.smsc = self.network.smsc
        self.capacity = 30
        self.store: dict[int, list] = {}  # the SIM's: index -> [stat, pdu]
        self.phone_store: dict[int, list] = {}  # the module's own, "ME"
        self.phone_books: dict[str, dict] = {name: {} for name in BOOKS}  # index -> (number, type, name)

    def _make_knobs(self):
        self.clock_offset = None  # network's local time minus the modem's clock, s; None: never set
        self.clock_zone = None  # quarter hours; None: the network's
        self.delay_ms = 3  # from a command to its answer
        self.delays = dict(delays.DELAYS)
        self.deaf = False  # prints URCs, answers nothing
        self.late_space_ms = 0  # of the prompt's `> `
        self.lose_ctrl_z = 0  # so many Ctrl-Z get lost
        self.lose_cmti = 0  # so many notifications are never printed
        self.late_cmti_ms = 0
        self.empty_slot_ok = True  # AT+CMGR of an empty slot: OK, or CMS 321
        self.between: list[str] = []  # URCs to print between the lines of the next replies
        self.hear_hook = None  # f(command line) -> True: the modem has died over it
        self.power_pin_works = True
        self.hostile: dict[str, str | tuple] = {}  # command -> what it does to its driver: see hostile.py
        self.starts_itself = True  # with its supply; else it wants its power key
        self.keeps_speed = True  # some boards forget AT+IPR
        self.rejects_while_sending = True  # calls
        self.dtr_low = True  # keeps it awake with AT+CSCLK=1
        self.unknown: list[str] = []  # commands it does not know: fails the test

    # -- power ---------------------------------------------------------------------------------------------------

    def reset_state(self):
        """Forget what a restart forgets."""
        self._epoch += 1  # events of an earlier life are void
        self.settings = {**self.nonvolatile, **VOLATILE}
        self.memories = ["SM", "SM", "SM"]  # of AT+CPMS: read and delete, write and send, receive
        self.phone_book = "SM"
        self.broadcasts = (0, [])  # of AT+CSCB
        self.buffered: list[str] = []  # notices that AT+CNMI=0 keeps back
        self.dialogue = Dialogue(self)
        self.listens = self.sms_ready = self.sim_ready = self.sending = self.ussd_open = False
        self.auto_bauds = self.settings["IPR"] == "0"
        self.synced = not self.auto_bauds
        self.line.modem_baud = int(self.settings["IPR"])  # 0: it listens at any speed
        self.registered = self.cops_mode = 0
        self.attached = True
        self.held: list[str] = []  # lines of the start that wait for the first AT
        if self.call:
            self.call.state = "ended"
        self.call = None

    def after(self, ms, act):
        """Schedule within this life of the modem."""
        epoch = self._epoch
        self.world.after(ms, lambda: act() if epoch == self._epoch else None)

    def play(self, lines):
        """Print lines of a start at their times, with what they stand for."""
        for ms, text in lines:
            self.after(ms, lambda text=text: boot.line(self, text))

    def power_on(self):
        """Boot: lines at the times of a real one. With auto-bauding they are held back until the first AT."""
        boot.power_on(self)

    def power_off(self):
        """Dead: no word."""
        self.power = "off"
        self.reset_state()

    def restart(self):
        """Restart without a word: a supply dip."""
        self.power_off()
        self.power_on()

    def under_voltage(self, then="POWER DOWN"):
        """Say so (with three N's) where AT+CBATCHK asks for it, and die or go on."""
        boot.under_voltage(self, dies=then == "POWER DOWN")

    def reset_pin(self):
        """RST was low long enough."""
        self.deaf = False
        self.restart()

    key_ms, reset_ms = 1000, 105  # the least that a press must last

    def key_pressed(self, held_ms):
        """PWRKEY was low for so long."""
        self.power_key()

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

    def draw(self, rng) -> dict:
        """Be a modem that somebody used elsewhere, drawn with this `random.Random`. Returns what was drawn, for printing."""
        return elsewhere.draw(self, rng)

    # -- the line ------------------------------------------------------------------------------------------------

    def write(self, octets: bytes):
        """Put bytes on the wire, if there is power."""
        if self.power != "off":
            self.line.from_modem(octets)

    def urc(self, text: str):
        """An unsolicited line."""
        if self.power == "on":
            self.dialogue.urc(text)

    def _hear(self, octets: bytes):
        if not self.listens or self.deaf:
            return
        if not self.synced:
            self._synchronise(octets)
        if self.synced:
            self.dialogue.hear(octets)

    def _synchronise(self, octets):
        lo, hi = self.auto_baud_range
        if (b"AT" in octets or b"at" in octets) and lo <= self.line.board_baud <= hi:
            self.synced = True
            self.line.modem_baud = self.line.board_baud
            for text in self.held:
                self.after(60, lambda text=text: self.urc(text))
            self.held = []

    def corrupted(self) -> bool:
        """True while the two ends speak at different speeds."""
        return self.line.board_baud != self.line.modem_baud

    def delay(self, command: str) -> int:
        """ms to the answer of this form of a command; `+CMGS` alone: from Ctrl-Z."""
        return delays.of(command, self.delays, self.delay_ms)

    def answer(self, lines, final, command=""):
        """Print the reply after this command's delay, and be ready for the next."""
        serial = self.dialogue.serial
        ms = self.delay(command) + self.late_ms
        self.after(ms, lambda: self.finish(lines, final) if serial == self.dialogue.serial else None)

    def answer_or_abort(self, lines, final, aborted, command):
        """The same, unless a key is typed first: `aborted` is the result then."""
        self.abort_by_key(lambda: self.finish([], aborted))
        self.answer(lines, final, command)

    def abort_by_key(self, act):
        """The command that is running ends with `act()` when a key is typed."""
        self.dialogue.abort = act

    @property
    def aborts_by_key(self) -> bool:
        """True while such a command runs."""
        return self.dialogue.abort is not None

    def finish(self, lines, final):
        """Print a reply now."""
        self.dialogue.finish(lines, final)

    def unheard(self):
        """Not a word about this command line; the next is heard."""
        self.dialogue.ready()

    def prompt(self, done):
        """Print `> ` and collect until Ctrl-Z (done(octets)) or ESC (done(None))."""
        self.after(self.delay_ms + self.late_ms, lambda: self.dialogue.prompt(done))

    # -- network -------------------------------------------------------------------------------------------------

    def network_changed(self):
        """Registration follows the network."""
        registration.network_changed(self)

    def function_changed(self):
        """AT+CFUN has another value."""
        registration.function_changed(self)

    def cell(self, key: str) -> str:
        """The cell behind a registration, where AT+CREG=2 asks for it."""
        return registration.cell(self, key)

    def signal(self) -> int:
        """RSSI as AT+CSQ tells it."""
        return registration.signal(self)

    def watch_signal(self):
        """Tell changes, where AT+EXUNSOL asks for it."""
        registration.watch_signal(self)

    def send_time(self):
        """The network tells its time (NITZ), where AT+CLTS asks for it."""
        registration.send_time(self)

    # -- messages ------------------------------------------------------------------------------------------------

    def memory(self, use: int) -> dict[int, list]:
        """The message store for a use of AT+CPMS: 0 read and delete, 1 write and send, 2 receive."""
        return self.phone_store if self.memories[use] == "ME" else self.store

    def takes_messages(self, pdu: bytes | None = None) -> bool:
        """True while a message from the network (this one) finds an open ear and a free place."""
        if self.power != "on" or self.registered != 1 or not self.sms_ready:
            return False
        return len(self.memory(2)) < self.capacity or (pdu is not None and notices.route(self, pdu) != "store")

    def store_message(self, pdu: bytes):
        """A message arrives: stored at the lowest free index and notified, or printed, by AT+CNMI."""
        notices.receive(self, pdu)

    def fill(self):
        """The operator's offers, read by nobody, take every free place on the SIM."""
        for index in set(range(1, self.capacity + 1)) - set(self.store):
            self.store[index] = [1, notices.offer(self, index)]

    def hears_broadcast(self, channel: int, text: str):
        """A cell broadcast message."""
        notices.broadcast(self, channel, text)

    # -- calls ---------------------------------------------------------------------------------------------------

    def name_of(self, number: str) -> str:
        """The name of a number in the SIM's phone book, or nothing."""
        return next((name for own, _, name in self.phone_books["SM"].values() if own == number and number), "")

    @property
    def busy_sending(self) -> bool:
        """True while calls are rejected: a message is typed, or sent (manual 4.2.5, note)."""
        return self.dialogue.prompting is not None or (self.sending and self.rejects_while_sending)

    def incoming_call(self, call):
        """The network rings."""
        calls.ring(self, call)

    def remote_hang_up(self, call):
        """The phone ends the call."""
        calls.remote_hang_up(self, call)

    def local_hang_up(self):
        """ATH."""
        calls.local_hang_up(self)

    def tells_call(self, how):
        """How an outgoing call goes, where AT+MORING asks for it: "ringing" or "answered"."""
        if self.settings["MORING"] == "1":
            self.urc("MO RING" if how == "ringing" else "MO CONNECTED")

    def hears_key(self, call, key: str):
        """The phone has pressed a key."""
        calls.key(self, call, key)
