"""The virtual board: a page; `--terminal`: a phone in the terminal; `--pty`, `--usb`: parts for other programs."""

import argparse
import sys
from pathlib import Path

from tools.simulator.board import firmware


def main(argv=None) -> int:
    """Parse the options and run. 0 unless something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tools.simulator", description=__doc__)
    parser.add_argument("--terminal", action="store_true", help="no page: a phone in the terminal")
    parser.add_argument("--port", type=int, default=8123, metavar="N", help="of the page (8123, or the next free one)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument(
        "--speed", type=float, default=5, metavar="N", help="terminal: virtual seconds a second, 0: as fast as it goes (5)"
    )
    parser.add_argument("--phone", default="+358401111111", metavar="NUMBER", help="terminal: your phone's number")
    parser.add_argument(
        "--script", type=Path, metavar="FILE", help="terminal: type the lines of a file; then go on unless at its end: /quit"
    )
    parser.add_argument("--trace", action="store_true", help="terminal: show the AT traffic and the device's log")
    parser.add_argument("--pty", action="store_true", help="the simulated modem alone on a pseudo terminal; commands on stdin")
    parser.add_argument("--usb", action="store_true", help="a board with a USB port, without firmware: for tools/flash.py")
    options = parser.parse_args(argv)
    if options.speed < 0:
        parser.error("--speed must not be negative")
    if options.script and not options.script.is_file():
        parser.error(f"no such file: {options.script}")
    digits = options.phone.lstrip("+")
    if not (digits.isdigit() and 3 <= len(digits) <= 15):
        parser.error("--phone must be a number such as +358401111111")
    try:
        if options.pty:
            from tools.simulator.modem import pty

            return pty.run()
        if options.usb:
            from tools.simulator.board import usb

            return usb.run()
        if options.terminal or options.script:
            from tools.simulator import terminal

            return terminal.run(options)
        from tools.simulator.page import server

        return server.run(options)
    except firmware.NoMicroPython as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
