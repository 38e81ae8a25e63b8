"""The virtual board: a page; `--terminal`: a phone in the terminal; `--pty`, `--usb`: parts for other programs."""

import argparse
import sys
from pathlib import Path

from tools.simulator.board import firmware
from tools.simulator.modem.profiles import PROFILES

FACES = ("terminal", "pty", "usb")
DEFAULTS = {
    "port": 8123,
    "host": "127.0.0.1",
    "open": False,
    "speed": 5.0,
    "phone": "+358401111111",
    "script": None,
    "trace": False,
    "blank": False,
    "tcp": None,
    "profile": "SIM800L",
}
OPTIONS = {
    "page": ("port", "host", "open"),
    "terminal": ("speed", "phone", "script", "trace"),
    "usb": ("blank",),
    "pty": ("tcp", "profile"),
}


def port(text: str) -> int:
    """A TCP port that a server can have."""
    if not (text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"a port is 1..65535, not {text}")
    return int(text)


def tcp_port(text: str) -> int:
    """The same, or 0 for a free one."""
    return 0 if text == "0" else port(text)


def speed(text: str) -> float:
    """How fast time goes."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"a number from 0, not {text}")
    return value


def phone(text: str) -> str:
    """A phone's number."""
    digits = text.removeprefix("+")
    if not (digits.isdigit() and 3 <= len(digits) <= 15):
        raise argparse.ArgumentTypeError(f"a number such as +358401111111, not {text}")
    return text


def script(text: str) -> Path:
    """A file with lines to type."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"no such file: {text}")
    return Path(text)


def options(argv):
    """The options. One that the chosen face would ignore is refused."""
    parser = argparse.ArgumentParser(prog="python -m tools.simulator", description=__doc__, argument_default=argparse.SUPPRESS)
    faces = parser.add_mutually_exclusive_group()
    faces.add_argument("--terminal", action="store_true", help="no page: a phone in the terminal")
    faces.add_argument(
        "--pty", action="store_true", help="the simulated modem alone on a pseudo terminal; commands on stdin (`help`)"
    )
    faces.add_argument("--usb", action="store_true", help="a board with a USB port, without firmware: for tools/flash.py")
    page = parser.add_argument_group("the page")
    page.add_argument("--port", type=port, metavar="N", help="its port (8123, or the next free one)")
    page.add_argument("--host", metavar="ADDRESS", help="who may see it (127.0.0.1: this machine; in a container 0.0.0.0)")
    page.add_argument("--open", action="store_true", help="open it in the browser")
    typed = parser.add_argument_group("--terminal")
    typed.add_argument("--speed", type=speed, metavar="N", help="virtual seconds a second, 0: as fast as it goes (5)")
    typed.add_argument("--phone", type=phone, metavar="NUMBER", help="your phone's number")
    typed.add_argument(
        "--script",
        type=script,
        metavar="FILE",
        help="type the lines of a file, then go on unless it ends in /quit; 1 after an error",
    )
    typed.add_argument("--trace", action="store_true", help="show the AT traffic and the device's log")
    modem = parser.add_argument_group("--pty")
    modem.add_argument("--tcp", type=tcp_port, metavar="PORT", help="on this TCP port of the machine too (0: a free one)")
    modem.add_argument("--profile", choices=sorted(PROFILES), help="which modem (SIM800L)")
    usb = parser.add_argument_group("--usb")
    usb.add_argument("--blank", action="store_true", help="without MicroPython too: a Pico in BOOTSEL")
    given = vars(parser.parse_args(argv))
    if "script" in given and not set(FACES) & set(given):
        given["terminal"] = True
    face = next((name for name in FACES if name in given), "page")
    for place, names in OPTIONS.items():
        for name in names:
            if name in given and face != place:
                parser.error(f"--{name} is for {_written(place)}, not for {_written(face)}")
    return argparse.Namespace(**{**dict.fromkeys(FACES, False), **DEFAULTS, **given})


def _written(face) -> str:
    return "the page" if face == "page" else f"--{face}"


def start(chosen) -> int:
    """Run the chosen face until its end."""
    if chosen.pty:
        from tools.simulator.modem import pty

        return pty.run(chosen.profile, chosen.tcp)
    if chosen.usb:
        from tools.simulator.board import usb

        return usb.run(chosen.blank)
    if chosen.terminal:
        from tools.simulator import terminal

        return terminal.run(chosen)
    from tools.simulator.page import server

    return server.run(chosen)


def main(argv=None) -> int:
    """Parse the options and run. 0 unless something is missing."""
    chosen = options(argv)
    try:
        return start(chosen)
    except firmware.NoMicroPython as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if chosen.terminal or chosen.usb or chosen.pty:
            raise
        print(
            f"The page cannot be served at {chosen.host}:{chosen.port}: {error.strerror}. Try another --port.", file=sys.stderr
        )
        return 2
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
