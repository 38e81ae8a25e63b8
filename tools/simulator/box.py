"""The whole scene: a board with its modem, mains, door, thermometer and network, for tests, terminal and page."""

import random
import struct

from tools.simulator.board.board import Board
from tools.simulator.modem.line import Line
from tools.simulator.modem.sim800 import Sim800
from tools.simulator.network.network import Network, Phone
from tools.simulator.world import World

RESET, KEY, RELAY, LED_OUT, LED_GSM, LED_POWER, BUTTON, ALARM, JACK, MAINS = 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
BOSS, FAMILY, STRANGER = "+358401111111", "+358402222222", "+358403333333"
ROM = bytes.fromhex("28ff641e8316034c")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


class Thermometer:
    """What is on the 1-Wire bus. celsius may be a function of the time in ms. Knobs: unplugged, bad CRCs, power loss."""

    def __init__(self, world):
        self.world = world
        self.celsius = 21.0
        self.roms = [ROM]
        self.bad_crc = 0  # so many readings
        self.power_on_value = 0  # so many readings give 85.0

    def answer(self, question: bytes) -> bytes:
        """The bus's answer: s scan, c convert, r read."""
        if question[:1] == b"s":
            return b"".join(self.roms)
        if question[:1] == b"c":
            return b"\1" if self.roms else b""
        if question[1:] not in self.roms:
            return b""
        if self.bad_crc:
            self.bad_crc -= 1
            return struct.pack("<Bd", 0, 0.0)
        if self.power_on_value:
            self.power_on_value -= 1
            return struct.pack("<Bd", 1, 85.0)
        celsius = self.celsius(self.world.now) if callable(self.celsius) else self.celsius
        return struct.pack("<Bd", 1, round(celsius * 16) / 16)


class Relay:
    """The relay as an electrician sees it."""

    def __init__(self, board):
        self._board = board

    @property
    def on(self) -> bool:
        """True while it is drawn."""
        return self._board.pins.get(RELAY) == 1

    def moves(self, since=0) -> list:
        """[(ms, on)] of every move since then."""
        return [(at, bool(level)) for at, gpio, level in self._board.edges if gpio == RELAY and at >= since]


class BoxPhone:
    """A phone in a test's hand: sends, and waits for what comes."""

    def __init__(self, box, phone: Phone):
        self.box, self.phone = box, phone
        self.number = phone.number
        self._seen = 0

    def texts(self, text, **how):
        """Send a text."""
        self.phone.texts(text, **how)

    def receives(self, within=180_000) -> str:
        """The next text that arrives, within so many virtual ms."""
        box = self.box
        if not box.run(within, lambda: len(self.phone.inbox) > self._seen):
            raise AssertionError(f"no text for {self.number} within {within / 1000:.0f} s\n{box.board.tail()}")
        self._seen += 1
        return self.phone.inbox[self._seen - 1].text

    def receives_nothing(self, within=60_000):
        """Nothing arrives for so long."""
        self.box.run(within)
        extra = [message.text for message in self.phone.inbox[self._seen :]]
        assert not extra, extra

    def asks(self, text, **how) -> str:
        """Send a text and take the reply."""
        self.texts(text, **how)
        return self.receives()

    def reads_all(self) -> list[str]:
        """The texts nobody has looked at yet."""
        fresh = [message.text for message in self.phone.inbox[self._seen :]]
        self._seen = len(self.phone.inbox)
        return fresh


class Box:
    """A device under test. `on()` starts it; time passes in `run`."""

    def __init__(self, seed=1, start="2026-03-02 12:00:00", modem=Sim800, **board):
        self.world = World()
        self.random = random.Random(seed)
        self.network = Network(self.world, start)
        self.line = Line(self.world)
        self.modem = modem(self.world, self.line, self.network)
        self.modem.nonvolatile["IPR"] = "115200"
        self.modem.nonvolatile["CLTS"] = "1"
        self.board = Board(self.world, self.line, **board)
        self.board.pins.update({BUTTON: 1, ALARM: 1, JACK: 1, MAINS: 1, RELAY: 0})
        self.board.on_pin = self._on_pin
        self.thermometer = Thermometer(self.world)
        self.board.on_bus = self.thermometer.answer
        self.relay = Relay(self.board)
        self._low_since: dict[int, int] = {}
        self.pin_hooks = []
        self.boss = self.phone(BOSS)
        self.family = self.phone(FAMILY)
        self.stranger = self.phone(STRANGER)

    def phone(self, number) -> BoxPhone:
        """A phone with this number."""
        return BoxPhone(self, self.network.phone(number))

    # -- power and time ------------------------------------------------------------------------------------------

    def on(self, ready=True):
        """Plug it in: board and modem get power together. `ready`: wait until it is registered."""
        if self.modem.power == "off":
            self.modem.power_on()
        self.board.power_on()
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, within=5 * MINUTE):
        """Wait until the modem is set up and registered."""
        settings = self.modem.settings

        def ready():
            settings = self.modem.settings
            return self.modem.registered == 1 and settings["CSDH"] == "1" and self.modem.sms_ready

        if not self.run(within, ready):
            raise AssertionError(f"not ready: {settings}\n{self.board.tail()}")
        self.run(3000)

    def cut_power(self, modem_too=True):
        """Pull the plug, cell and all."""
        self.board.power_off()
        if modem_too:
            self.modem.power_off()

    def restart(self, ready=True, modem_too=True):
        """Plug it in again."""
        if self.modem.power == "off":
            self.modem.power_on()
        self.board.power_on()
        if ready:
            self.wait_ready()

    def run(self, ms, stop=None) -> bool:
        """Let virtual time pass."""
        return self.board.run_until(self.world.now + ms, stop)

    def until(self, condition, within=5 * MINUTE):
        """Let time pass until the condition holds, or fail."""
        if not self.run(within, condition):
            raise AssertionError("it never came\n" + self.board.tail())

    def close(self):
        """End the process."""
        self.board.close()

    # -- hands on the box ----------------------------------------------------------------------------------------

    def _on_pin(self, gpio, level, at):
        if gpio in (RESET, KEY):
            if level == 0:
                self._low_since[gpio] = at
            elif gpio in self._low_since:
                held = at - self._low_since.pop(gpio)
                if gpio == RESET and held >= 105:
                    self.world.after(0, self.modem.reset_pin)
                elif gpio == KEY and held >= 1000:
                    self.world.after(0, self.modem.power_key)
        for hook in self.pin_hooks:
            hook(gpio, level, at)

    def contact(self, closed: bool):
        """Close or open the alarm contact."""
        self.board.set_input(ALARM, 0 if closed else 1)

    def press(self, ms=200):
        """Press the button for so long."""
        self.board.set_input(BUTTON, 0)
        self.run(ms)
        self.board.set_input(BUTTON, 1)

    def mains(self, present: bool):
        """Mains supply, with the cell going on."""
        self.board.set_input(MAINS, 1 if present else 0)

    @property
    def log(self) -> list[str]:
        """What the firmware printed."""
        return self.board.lines

    def heap(self) -> int:
        """Bytes of heap in use."""
        return self.board.ask_heap()
