"""A phone in the terminal: type a text, get the reply; the socket and its LEDs are in the line below."""

import asyncio
import math
import sys
import time

from tools.simulator.box import LED_GSM, LED_OUT, LED_POWER, MINUTE, RELAY, Box
from tools.simulator.modem import trace

_HELP = """Type a text for the device (STATUS, ON, ON30, HELP ...), or one of:
  /call              ring the device          /from NUMBER       text from another phone
  /door open|shut    the alarm contact        /temp 4.5          degrees C at the sensor
  /mains on|off      the mains supply         /button [SECONDS]  press the button
  /net on|off        the mobile network       /wait SECONDS      let time pass at once
  /pull              cut all power            /plug              and plug it in again
  /help              this                     /quit"""
_STEP_S = 0.05
_SETTLE_MS = 3 * MINUTE


class Terminal:
    """The scene, paced by the wall clock."""

    def __init__(self, options):
        self.options = options
        self.box = Box(start=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))
        self.box.network.zone_quarters = -(time.altzone if time.localtime().tm_isdst > 0 else time.timezone) // 900
        self.box.thermometer.celsius = 21.0
        self.phone = self.box.phone(options.phone)
        self.box.network.on_text = self._arrived
        self.box.pin_hooks.append(self._pin)
        if options.trace:
            self.box.line.trace = lambda way, octets: self._say(f"{way} {trace.readable(octets)}") if octets.strip() else None
            self.box.board.on_line = lambda text: self._say(f"| {text}")
        self.answered = 0
        self.errors = 0  # lines that were not understood

    # -- what is shown -------------------------------------------------------------------------------------------

    def _say(self, text):
        print(f"{self.box.network.local():%H:%M:%S} {text}", flush=True)

    def _arrived(self, phone, message):
        self.answered += 1
        first, *rest = message.text.split("\n")
        who = "" if phone.number == self.phone.number else f"{phone.number}: "
        self._say(f"<- {who}{first}")
        for line in rest:
            print(f"            {line}", flush=True)

    def _pin(self, gpio, level, at):
        if gpio == RELAY:
            self._say(f"*  the socket is {'ON' if level else 'OFF'}")

    def lights(self) -> str:
        """Socket and LEDs, as they are now."""
        pins = self.box.board.pins
        lamps = (("POWER", LED_POWER), ("GSM", LED_GSM), ("OUT", LED_OUT))
        shown = "  ".join(f"{name} {'●' if pins.get(gpio) else '○'}" for name, gpio in lamps)
        return f" socket {'ON ' if pins.get(RELAY) else 'OFF'}  {shown}   {self.box.network.local():%Y-%m-%d %H:%M:%S}"

    # -- what is typed -------------------------------------------------------------------------------------------

    def take(self, line: str) -> bool:
        """Do what a typed line says. False for /quit."""
        line = line.strip()
        if not line.startswith("/"):
            if line:
                self.phone.texts(line)
            return True
        word, _, value = line[1:].partition(" ")
        act = getattr(self, "_do_" + word, None)
        if word == "quit":
            return False
        try:
            if act is None:
                raise ValueError(f"no /{word}; /help shows what there is")
            act(value.strip())
        except ValueError as error:
            self.errors += 1
            print(f"? {error}", flush=True)
        return True

    def _do_help(self, value):
        print(_HELP, flush=True)

    def _do_call(self, value):
        self.phone.phone.call()

    def _do_from(self, value):
        if not value.lstrip("+").isdigit():
            raise ValueError("/from NUMBER")
        self.phone = self.box.phone(value)

    def _do_door(self, value):
        self.box.contact(_which(value, "shut", "open"))

    def _do_temp(self, value):
        self.box.thermometer.celsius = _number(value)

    def _do_mains(self, value):
        self.box.mains(_which(value, "on", "off"))

    def _do_button(self, value):
        self.box.press(int(_number(value or "0.2") * 1000))

    def _do_net(self, value):
        self.box.network.come_up() if _which(value, "on", "off") else self.box.network.go_down()

    def _do_wait(self, value):
        self.box.run(int(_number(value) * 1000))

    def _do_pull(self, value):
        self.box.cut_power()

    def _do_plug(self, value):
        if not self.box.board.running:
            self.box.restart(ready=False)

    # -- running -------------------------------------------------------------------------------------------------

    async def live(self):
        """Let virtual time follow the wall clock; a slow machine falls behind instead of catching up."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(_STEP_S)
            now = time.monotonic()
            elapsed = min(now - last, 0.5)
            last = now
            speed = self.options.speed
            self.box.run(int(elapsed * 1000 * speed) if speed else MINUTE)

    def settle(self):
        """Run until the device has answered what it was asked, for input that is not typed by hand."""
        before = self.answered
        self.box.run(_SETTLE_MS, lambda: self.answered > before)


def _number(value) -> float:
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        number = math.nan
    if not abs(number) < 1e7:
        raise ValueError(f"a number, not {value or 'nothing'}")
    return number


def _which(value, yes, no) -> bool:
    if value not in (yes, no):
        raise ValueError(f"{yes} or {no}?")
    return value == yes


def run(options) -> int:
    """Run the terminal until /quit, end of input or Ctrl-C. 1 when a script or a pipe held a line that was not understood."""
    terminal = Terminal(options)
    try:
        print("TextSocket, virtual. Starting ...", flush=True)
        terminal.box.on()
        print(f"It is on and in the network as {terminal.box.network.device_number}. /help, /quit or Ctrl-C.", flush=True)
        script = options.script.read_text().splitlines() if options.script else ()
        ended = _typed_for(terminal, script, echo=True)
        if not ended and not sys.stdin.isatty():
            ended = _typed_for(terminal, sys.stdin)
        errors = terminal.errors
        if not ended and sys.stdin.isatty():
            asyncio.run(_interactive(terminal))
    finally:
        terminal.box.close()
    return 1 if errors else 0


def _typed_for(terminal, lines, echo=False) -> bool:
    """Type lines of a file or a pipe, and wait for each answer. True after /quit."""
    for line in lines:
        if echo:
            print(f"{terminal.box.network.local():%H:%M:%S} -> {line}", flush=True)
        if not terminal.take(line):
            return True
        if line.strip() and not line.startswith("/"):
            terminal.settle()
    return False


async def _interactive(terminal):
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session = PromptSession(
        lambda: f"{terminal.phone.number}> ", bottom_toolbar=terminal.lights, refresh_interval=0.2, interrupt_exception=EOFError
    )
    with patch_stdout():
        world = asyncio.create_task(terminal.live())
        try:
            while True:
                line = await _typed_or_failed(session, world)
                if line is None or not terminal.take(line):
                    return
        finally:
            world.cancel()


async def _typed_or_failed(session, world):
    """The next line; None at the end of input. A failure of the virtual board ends it all."""
    prompt = asyncio.create_task(session.prompt_async())
    await asyncio.wait({prompt, world}, return_when=asyncio.FIRST_COMPLETED)
    if world.done():
        prompt.cancel()
        world.result()
    try:
        return await prompt
    except EOFError:  # also Ctrl-C
        return None
