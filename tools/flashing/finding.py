"""Which port, which chip, which board: found where that is possible, asked for where several fit, remembered on the board."""

import importlib.util
import json
from dataclasses import dataclass

from rich.console import Console
from serial.tools import list_ports

from tools.flashing.port import LinkError
from tools.simulator.board import firmware

USB = {  # ids that a board shows
    "rp2040": {(0x2E8A, 0x0005), (0x2E8A, 0x000A)},
    "esp32": {(0x10C4, 0xEA60), (0x1A86, 0x7523), (0x1A86, 0x55D4), (0x0403, 0x6001), (0x0403, 0x6010), (0x303A, 0x1001)},
}
PLATFORMS = {"rp2040": "rp2", "esp32": "esp32"}  # sys.platform of an MCU's MicroPython
CHIPS = {"rp2040": "RP2040", "esp32": "ESP32"}  # the last word of sys.implementation._machine
ARCHES = ("", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc")
console = Console(highlight=False)
_LOOK = """
import json, sys
def _frozen():
    path, kept = sys.path[:], sys.modules.pop("board", None)
    try:
        sys.path[:] = [".frozen", "/rom", "/rom/lib"]
        import board
        return board.NAME
    except Exception: return None
    finally:
        sys.path[:] = path
        sys.modules.pop("board", None)
        if kept: sys.modules["board"] = kept
def _name():
    try:
        import board
        return board.NAME
    except Exception: return None
print(json.dumps([sys.platform, getattr(sys.implementation, "_machine", ""), list(sys.implementation[1][:3]),
    getattr(sys.implementation, "_mpy", 0), _frozen(), _name()]))
"""


@dataclass
class Found:
    """What is on a board: the chip's MicroPython, and the TextSocket it brings or holds."""

    platform: str
    machine: str
    version: tuple
    mpy: int
    frozen: str | None  # the board whose firmware is part of the image
    installed: str | None  # the board whose firmware it runs, frozen or not

    @property
    def chip(self) -> str:
        """Such as RP2040 or ESP32S3; "" when MicroPython does not say."""
        return self.machine.rpartition(" with ")[2] if " with " in self.machine else ""

    @property
    def arch(self) -> str:
        """For mpy-cross."""
        number = self.mpy >> 10 & 0xF
        return ARCHES[number] if number < len(ARCHES) else ""


def ask(question) -> str:
    """Ask the user. Raises LinkError at the end of input."""
    try:
        return input(question)
    except EOFError:
        raise LinkError("\nNo answer: nothing more is done.") from None


def boards() -> dict:
    """The boards by name, as modules; the virtual one left out."""
    found = {}
    for path in sorted(firmware.BOARDS.glob("*.py")):
        if path.stem not in ("VIRTUAL", "manifest"):
            spec = importlib.util.spec_from_file_location(path.stem, path)
            found[path.stem] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(found[path.stem])
    return found


def look(link) -> Found:
    """See what is on a board whose firmware is stopped."""
    platform, machine, version, mpy, frozen, installed = json.loads(link.run(_LOOK))
    return Found(platform, machine, tuple(version), mpy, frozen, installed)


def find_port(mcus, ask=input) -> str | None:
    """The port of the one known board that is plugged in, None without; asks which when there are several."""
    known = set().union(*(USB[mcu] for mcu in mcus))
    ports = [port for port in list_ports.comports() if (port.vid, port.pid) in known]
    if len(ports) < 2:
        return ports[0].device if ports else None
    return ports[choose([f"{port.device}  {port.description}" for port in ports], "Which one?", ask)].device


def may_be(mcu, port) -> bool:
    """False for a port that is known to be another chip's."""
    ids = next(((found.vid, found.pid) for found in list_ports.comports() if found.device == port), None)
    return ids not in set().union(*(ids for name, ids in USB.items() if name != mcu))


def choose(rows, question, ask=input) -> int:
    """The index of the row that the user names by its number."""
    for number, row in enumerate(rows, 1):
        console.print(f"{number}  {row}", markup=False)
    answer = ask(f"{question} 1..{len(rows)} ").strip()
    if not (answer.isdigit() and 1 <= int(answer) <= len(rows)):
        raise LinkError("None chosen.")
    return int(answer) - 1


def agree(question, options, ask=input) -> bool:
    """Ask yes or no. Where nobody can be asked the answer is no, with --force yes."""
    if options.force:
        return True
    return options.talkative and ask(f"{question} yes/no ").strip().lower() in ("y", "yes")


def choose_board(found: Found, options, ask=input):
    """The board, as its module: the one that is named or installed, else the only one that fits, else the user's choice."""
    known = boards()
    name = options.board or found.installed
    if name not in known:
        fitting = [name for name, board in known.items() if PLATFORMS[board.MCU] == found.platform] or list(known)
        if len(fitting) > 1 and not options.talkative:
            raise LinkError(f"Which board is it? Name it: --board {'|'.join(fitting)}")
        about = [f"{name:<16} {known[name].__doc__.splitlines()[0].partition('. ')[0]}" for name in fitting]
        name = fitting[choose(about, "Which board is it?", ask) if len(fitting) > 1 else 0]
    _contradictions(found, known[name], options, ask)
    return known[name]


def _contradictions(found, board, options, ask):
    """Ask before a board's pins meet another board: GPIO 23 is the relay on one and the modem's supply on another."""
    wanted = PLATFORMS[board.MCU]
    if found.platform in PLATFORMS.values() and found.platform != wanted:
        raise LinkError(
            f"This is a board of the kind {found.platform}, {board.NAME} is of the kind {wanted}: its pins would be wrong."
        )
    doubts = []
    if found.chip and found.platform == wanted and found.chip != CHIPS[board.MCU]:
        doubts.append(f"The chip is {found.chip}, {board.NAME} has {CHIPS[board.MCU]}: other pins, never tried.")
    if found.installed not in (None, board.NAME, "VIRTUAL"):
        changes = ", ".join(moved_pins(boards().get(found.installed), board)) or "no pins"
        doubts.append(f"The firmware of {found.installed} is on this board. With {board.NAME} these change: {changes}.")
    for doubt in doubts:
        console.print(doubt, style="yellow", markup=False)
    if doubts and not agree("Is that the board in front of you?", options, ask):
        raise LinkError("Nothing changed. Name the right board with --board, or --force it.")


def moved_pins(old, new) -> list[str]:
    """GPIOs that mean something else on the new board."""
    before = {gpio: role for role, gpio, *_ in old.PINS} if old else {}
    return [f"GPIO {gpio} {before[gpio]} -> {role}" for role, gpio, *_ in new.PINS if before.get(gpio, role) != role]
