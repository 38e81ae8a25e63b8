"""Put TextSocket on a board, and look after it: `uv run python tools/flash.py`, or `python3 start.py flash`.

A blank board gets MicroPython first. An update is copied to `update/` beside the firmware that runs, checked, and put in place
by `boot.py` at the next start: a run that fails or is interrupted leaves a board that starts the old firmware or the new one,
and running it again repairs it.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.flashing import care, talk, wizard  # noqa: E402
from tools.flashing.bring_up import install  # noqa: E402
from tools.flashing.connect import connect, link_to  # noqa: E402
from tools.flashing.finding import ask, boards, console  # noqa: E402
from tools.flashing.port import LOST, LinkError  # noqa: E402

_AGAIN = "Run it again: until then the board starts the old firmware or the new one, never a mixture."
STEPS = ("click", "pin", "boss", "password", "test_text", "wait_text")  # of the wizard, as options
CODES = ("enrol", "enrol_off")
OTHERS = ("settings", "set", "log", "console", "erase", *STEPS, *CODES)


def parse(argv):
    """The options."""
    parser = argparse.ArgumentParser(prog="tools/flash.py", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--board", choices=sorted(boards()), help="which board it is; else found, asked for, or known from the last time")
    add("--port", default="auto", help="a serial port or socket://HOST:PORT; auto finds it")
    add("--check", action="store_true", help="compare only: 0 when the board has exactly this firmware")
    add("--quick", action="store_true", help="do not wait for the network after installing")
    add(
        "--force",
        action="store_true",
        help="go on where a board contradicts, and copy over a firmware that is part of the image",
    )
    add("--yes", action="store_true", help="ask nothing, and no first walk")
    add("--index", help="another package index than micropython-lib's")
    blank = parser.add_argument_group("a blank board")
    blank.add_argument(
        "--image", metavar="FILE", help="MicroPython's image for it: .uf2 for a Pico in BOOTSEL, .bin for an ESP32"
    )
    blank.add_argument("--download", action="store_true", help="fetch that image from micropython.org, without asking")
    blank.add_argument("--drive", metavar="FOLDER", help="where the Pico's drive is, when it is not found")
    care = parser.add_argument_group("looking after it")
    care.add_argument("--settings", nargs=2, metavar=("backup|restore", "FILE"), help="save or restore the settings")
    care.add_argument("--set", action="append", default=[], metavar="COMMAND", help="carry out a command, may be repeated")
    care.add_argument("--log", action="store_true", help="show the device's log and its last restarts")
    care.add_argument("--console", action="store_true", help="talk to the device")
    care.add_argument("--erase", action="store_true", help="remove the firmware and all settings")
    care.add_argument("--secrets", action="store_true", help="with --settings backup: the secret of the one-time codes too")
    care.add_argument("--enrol", action="store_true", help="one-time codes against forged senders: a QR code for your phone")
    care.add_argument("--enrol-off", action="store_true", help="no one-time codes any more")
    first = parser.add_argument_group("the first walk, all of it or step by step")
    first.add_argument("--wizard", action="store_true", help="all of it")
    first.add_argument("--click", action="store_true", help="switch the relay once and ask whether it clicked")
    first.add_argument("--pin", help="give the SIM its PIN, and have it ask no more")
    first.add_argument("--boss", metavar="NUMBER", help="listen to this phone alone, and send alerts to it")
    first.add_argument("--password", metavar="WORD", help="an access password")
    first.add_argument("--test-text", action="store_true", help="have it text its STATUS to the alert numbers")
    first.add_argument("--wait-text", action="store_true", help="wait for a text and see it answered")
    options = parser.parse_args(argv)
    if options.settings and options.settings[0] not in ("backup", "restore"):
        parser.error("--settings backup FILE or --settings restore FILE")
    options.talkative = not options.yes and sys.stdin.isatty()
    options.installing = bool(options.board or options.check or options.image or options.download or options.drive)
    options.installing |= options.wizard or not any(getattr(options, name) for name in OTHERS)
    return options


def act(options, doing) -> int:
    """Do what the options say, in this order. `doing` says what, for whoever must explain an interruption."""
    result = 0
    if options.erase and not options.yes and ask("Remove the firmware and all settings? yes/no ") != "yes":
        raise LinkError("Nothing removed.")
    if options.erase:
        doing.append("Run --erase again to remove the rest.")
        with link_to(options) as link:
            result |= care.erase(link)
    if options.installing:
        doing.append(_AGAIN)
        with connect(options) as link:
            result |= install(link, options)
    if any(getattr(options, name) for name in OTHERS if name != "erase"):
        doing.append("")
        with link_to(options) as link:
            result |= _look_after(link, options)
    return result


def _look_after(link, options) -> int:
    result = 0
    if options.settings:
        result |= care.settings(link, options.settings[0], Path(options.settings[1]), options.secrets)
    if options.set:
        result |= care.set_all(link, options.set)
    steps = {
        "click": lambda value: wizard.click(link, ask),
        "pin": lambda value: wizard.unlock(link, value),
        "boss": lambda value: wizard.boss(link, value) or True,
        "password": lambda value: wizard.password(link, value) or True,
        "test_text": lambda value: wizard.test_text(link),
        "wait_text": lambda value: wizard.wait_text(link),
        "enrol": lambda value: _enrol().enrol(link, ask),
        "enrol_off": lambda value: _enrol().off(link),
    }
    for name in STEPS + CODES:
        if getattr(options, name):
            result |= not steps[name](getattr(options, name))
    if options.log:
        result |= care.show_log(link)
    if options.console:
        result |= talk.talk(link)
    return int(result)


def _enrol():
    """Loaded when it is wanted, with the library that draws QR codes."""
    from tools.flashing import enrol

    return enrol


def main(argv=None) -> int:
    """0 when all is well, 1 when the board differs or is not well, 2 when it cannot be done."""
    options = parse(argv)
    doing = [""]
    try:
        return act(options, doing)
    except LinkError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
    except LOST as error:
        console.print(f"The connection was lost: {error}. {doing[-1]}", style="red", markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        console.print("\nInterrupted. " + doing[-1])
    return 2


if __name__ == "__main__":
    sys.exit(main())
