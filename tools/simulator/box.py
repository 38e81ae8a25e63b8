"""The whole scene: a board with its modem, mains, door, thermometer and network, for tests, terminal and page."""

import random
import struct

from tools.simulator.board.board import Board
from tools.simulator.modem.line import Line
from tools.simulator.modem.sim800 import Sim800
from tools.simulator.network.network import Network, Phone
from tools.simulator.world import World

RESET, KEY, SUPPLY, RELAY, LED_OUT, LED_GSM, LED_POWER, BUTTON, ALARM, JACK, MAINS = 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13
BOSS, FAMILY, STRANGER = "+358401111111", "+358402222222", "+358403333333"
ROM = bytes.fromhex("28ff641e8316034c")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SUPPLY_ROW = ("modem_supply", SUPPLY, "out", 1)
drawn_from = None  # seed of the world for boxes that name none; None: a modem at 115200 baud that tells the time
SPIKES_MS = 60_000  # between two of a floating pin, on average


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
        self._asked = {}  # text -> when

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
        """Send a text and take the reply. The same text again waits for 10 s: sooner it would not be answered (R20.7)."""
        self.box.run(max(0, self._asked.get(text, -12_000) + 12_000 - self.box.world.now))
        self._asked[text] = self.box.world.now
        self.texts(text, **how)
        return self.receives()

    def reads_all(self) -> list[str]:
        """The texts nobody has looked at yet."""
        fresh = [message.text for message in self.phone.inbox[self._seen :]]
        self._seen = len(self.phone.inbox)
        return fresh


class Box:
    """A device under test. `on()` starts it; time passes in `run`.

    keyed: the modem is off until its power key is pressed; supply: a pin of the board gives it its power; floating: the mains
    pin floats, with spikes of 1 to 50 ms; saved: what is not drawn of the modem's saved settings; draw: the seed of what nobody
    names (the settings saved in the modem, whether it wants its key, its store), False for a plain one. All other names are
    the board's.
    """

    def __init__(
        self,
        seed=1,
        start="2026-03-02 12:00:00",
        modem=Sim800,
        keyed=None,
        supply=False,
        floating=False,
        saved=None,
        draw=None,
        **board,
    ):
        self.world = World()
        self.random = random.Random(seed)
        self.network = Network(self.world, start)
        self.line = Line(self.world)
        self.modem = modem(self.world, self.line, self.network)
        self.drawn = self._draw(drawn_from if draw is None else draw, seed)
        self.modem.nonvolatile.update(saved or {})
        if keyed is not None:
            self.modem.starts_itself = not keyed
        self.supplied = not supply  # the modem has power whenever the box has
        self.board = Board(self.world, self.line, extra=(SUPPLY_ROW,) if supply else (), **board)
        self.board.pins.update({BUTTON: 1, ALARM: 1, JACK: 1, MAINS: 1, RELAY: 0})
        self.board.on_pin = self._on_pin
        self.thermometer = Thermometer(self.world)
        self.board.on_bus = self.thermometer.answer
        self.relay = Relay(self.board)
        self._mains = True
        self._low_since: dict[int, int] = {}
        self.pin_hooks = []
        if floating:
            self._spikes = random.Random(seed)
            self._next_spike()
        self.boss = self.phone(BOSS)
        self.family = self.phone(FAMILY)
        self.stranger = self.phone(STRANGER)

    def _draw(self, world, seed) -> dict:
        """Give the modem a past. What was drawn, for printing."""
        if world is None or world is False:
            self.modem.nonvolatile.update(IPR="115200", CLTS="1")
            self.modem.starts_itself = True
            return {}
        return self.modem.draw(random.Random(f"{world} {seed}"))

    def phone(self, number) -> BoxPhone:
        """A phone with this number."""
        return BoxPhone(self, self.network.phone(number))

    # -- power and time ------------------------------------------------------------------------------------------

    def on(self, ready=True):
        """Plug it in: board and modem get power together. `ready`: wait until it is registered."""
        self._power_modem()
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
        if SUPPLY in self.board.pins:
            self.board.pins[SUPPLY], self.supplied = 0, False

    def restart(self, ready=True):
        """Plug it in again."""
        self.on(ready)

    def _power_modem(self):
        if self.modem.power == "off" and self.modem.starts_itself and self.supplied:
            self.modem.power_on()

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
        if gpio == SUPPLY:
            self._supply(bool(level))
        elif gpio in (RESET, KEY):
            if level == 0:
                self._low_since[gpio] = at
            elif gpio in self._low_since:
                held = at - self._low_since.pop(gpio)
                if not self.supplied:
                    pass
                elif gpio == RESET and held >= self.modem.reset_ms and (self.modem.starts_itself or self.modem.power != "off"):
                    self.world.after(0, self.modem.reset_pin)
                elif gpio == KEY and held >= self.modem.key_ms:
                    self.world.after(0, lambda: self.modem.key_pressed(held))
        for hook in self.pin_hooks:
            hook(gpio, level, at)

    def _supply(self, on):
        self.supplied = on
        if not on:
            self.modem.power_off()
        else:
            self.world.after(0, self._power_modem)

    def _next_spike(self):
        self.world.after(self._spikes.expovariate(1 / SPIKES_MS), self._spike)

    def _spike(self):
        if self._mains:
            self.board.set_input(MAINS, 0)
        self.world.after(self._spikes.randint(1, 50), self._end_spike)

    def _end_spike(self):
        self.board.set_input(MAINS, 1 if self._mains else 0)
        self._next_spike()

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
        self._mains = present
        self.board.set_input(MAINS, 1 if present else 0)

    @property
    def log(self) -> list[str]:
        """What the firmware printed."""
        return self.board.lines

    def heap(self) -> int:
        """Bytes of heap in use."""
        return self.board.ask_heap()
