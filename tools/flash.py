"""Put TextSocket on a board, and look after it: `uv run python tools/flash.py --board RPI_PICO`.

An update is copied to `update/` beside the firmware that runs, checked, and put in place by `boot.py` at the next start: a run
that fails or is interrupted leaves a board that starts the old firmware or the new one, and running it again repairs it.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from rich.table import Table  # noqa: E402
from serial.tools import list_ports  # noqa: E402

from tools import installer  # noqa: E402
from tools.board_link import LOST, BoardLink, LinkError  # noqa: E402
from tools.installer import INSTALLED, console  # noqa: E402

SETTINGS = ("settings-a.json", "settings-b.json", "changes-a.json", "changes-b.json")
PORTS = {  # USB ids that a board shows
    "rp2040": {(0x2E8A, 0x0005), (0x2E8A, 0x000A)},
    "esp32": {(0x10C4, 0xEA60), (0x1A86, 0x7523), (0x1A86, 0x55D4), (0x0403, 0x6001), (0x0403, 0x6010), (0x303A, 0x1001)},
}
_AGAIN = "Run it again: until then the board starts the old firmware or the new one, never a mixture."
READY_S = 60  # until modem and network are up after a restart
_GOOD = {"Modem": ("answers",), "SIM": ("ready",), "Network": ("home", "roaming")}
_BACKUP = """
import json, rare, storage
s = storage.Store()
rare.borrow("rare.load").load(s, {})
print(json.dumps(s.snapshot()[0]))
"""
_RESTORE = """
import json, rare, storage
data = json.loads(%r)
rows = rare.borrow("rare.schema")
schema = rows.schema()
bad = [key for key in data if key not in schema or not rows.sound(schema[key][1], data[key])]
if not bad:
    s = storage.Store()
    rare.borrow("rare.load").load(s, schema)
    for generation in (1, 2):
        s.erase()
        for key in data: s.set(key, data[key])
        s.commit()
print(json.dumps(bad))
"""


def boards() -> dict:
    """The boards by name, as modules; the virtual one left out."""
    found = {}
    for path in sorted((ROOT / "boards").glob("*.py")):
        if path.stem not in ("VIRTUAL", "manifest"):
            spec = importlib.util.spec_from_file_location(path.stem, path)
            found[path.stem] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(found[path.stem])
    return found


# -- finding and knowing the board -------------------------------------------------------------------------------


def find_port(mcus, ask=input) -> str:
    """The port of the one known board that is plugged in; asks which when there are several."""
    known = set().union(*(PORTS[mcu] for mcu in mcus))
    ports = [port for port in list_ports.comports() if (port.vid, port.pid) in known]
    if not ports:
        raise LinkError("No board found. Is it plugged in with a cable that carries data? Else name its port with --port.")
    if len(ports) == 1:
        return ports[0].device
    for number, port in enumerate(ports, 1):
        console.print(f"{number}  {port.device}  {port.description}")
    answer = ask(f"Which one? 1..{len(ports)} ")
    if not (answer.isdigit() and 1 <= int(answer) <= len(ports)):
        raise LinkError("None chosen.")
    return ports[int(answer) - 1].device


def install(link, options, board) -> int:
    """Bring the board up to date, restart it, and show its self-test."""
    link.stop()
    arch = installer.check_image(link, options.board, board)
    files = installer.build(options.board, arch)
    if not options.check:
        installer.install_libraries(link, options.index)
    changed, obsolete = installer.compare(link, files)
    if options.check:
        for path in changed:
            console.print(f"differs   {path}")
        for path in obsolete:
            console.print(f"obsolete  {path}")
        link.reset()
        console.print("The board differs." if changed or obsolete else "The board has exactly this firmware.")
        return 1 if changed or obsolete else 0
    if changed or obsolete:
        installer.copy(link, files, changed, obsolete)
        console.print(f"{len(changed)} of {len(files)} files copied, {len(obsolete)} removed")
    else:
        console.print(f"0 of {len(files)} files copied: the board has exactly this firmware")
    link.reset()
    return self_test(link, options.quick)


def self_test(link, quick=False) -> int:
    """Wait for modem and network, and show what the board found. 0 when modem, SIM and network are well."""
    found = {}
    with console.status("the board starts"):
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                found = dict(line.partition(": ")[::2] for line in link.ask("SELFTEST", 10))
            except LinkError:
                if time.monotonic() > deadline - READY_S / 2:
                    raise
            except LOST:
                link.reopen()
            if found.get("Network") in ("home", "roaming") or (found and quick):
                break
            time.sleep(1)
    table = Table(title="Self-test", show_header=False)
    bad = [name for name, good in _GOOD.items() if found.get(name) not in good and not quick]
    for name, value in found.items():
        table.add_row(name, f"[red]{value}[/red]" if name in bad else value)
    console.print(table)
    if bad:
        console.print(f"[red]{', '.join(bad)}: see docs/troubleshooting.md[/red]")
    return 1 if bad else 0


# -- looking after it --------------------------------------------------------------------------------------------


def settings(link, action, path) -> int:
    """Back up the settings store to a file, or restore it. It holds numbers and the password: the file is for its owner."""
    link.stop()
    if action == "backup":
        data = json.loads(link.run(_BACKUP))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(data, file, indent=2)
        console.print(f"{len(data)} settings saved in {path}")
    else:
        try:
            data = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise LinkError(f"{path}: {error}") from error
        if not isinstance(data, dict):
            raise LinkError(f"{path} holds no settings")
        bad = json.loads(link.run(_RESTORE % json.dumps(data)))
        if bad:
            raise LinkError(f"Nothing restored, the device does not take: {', '.join(sorted(bad))}")
        console.print(f"{len(data)} settings restored")
    link.reset()
    return 0


def set_all(link, commands) -> int:
    """Carry commands out, as if the boss had texted them. 1 when one was refused."""
    refused = 0
    for command in commands:
        for line in link.ask(command):
            console.print(line, markup=False)
            refused += "!" in line
    return 1 if refused else 0


def talk(link, source=sys.stdin) -> int:
    """A console: lines are commands, log lines come as they happen. Ctrl-D ends it."""
    console.print("Commands as in a text, LOG for the log; Ctrl-D ends this.")
    while line := source.readline():
        if line.strip():
            for answer in link.ask(line.strip(), 60, on_line=lambda text: console.print(text, style="dim", markup=False)):
                console.print(answer, markup=False)
    return 0


def erase(link) -> int:
    """Remove the firmware and its settings."""
    link.stop()
    there = set(link.hashes())
    ours = installer.installed(link) | {INSTALLED, *SETTINGS} | {p for p in there if p[:7] == "update/"}
    for path in sorted(ours & there, key=lambda path: path not in ("main.py", "boot.py")):  # what starts it goes first
        link.feed()
        link.remove(path)
    console.print(f"{len(ours & there)} files removed")
    link.reset()
    return 0


def parse(argv):
    """The options."""
    parser = argparse.ArgumentParser(prog="tools/flash.py", description=__doc__.split("\n")[0])
    parser.add_argument("--board", choices=sorted(boards()), help="install or update the firmware for this board")
    parser.add_argument("--port", default="auto", help="a serial port or socket://HOST:PORT; auto finds it")
    parser.add_argument("--check", action="store_true", help="compare only: 0 when the board has exactly this firmware")
    parser.add_argument("--settings", nargs=2, metavar=("backup|restore", "FILE"), help="save or restore the settings")
    parser.add_argument("--set", action="append", default=[], metavar="COMMAND", help="carry out a command, may be repeated")
    parser.add_argument("--log", action="store_true", help="show the device's log")
    parser.add_argument("--console", action="store_true", help="talk to the device")
    parser.add_argument("--erase", action="store_true", help="remove the firmware and all settings")
    parser.add_argument("--yes", action="store_true", help="do not ask before --erase")
    parser.add_argument("--quick", action="store_true", help="do not wait for the network after installing")
    parser.add_argument("--index", help="another package index than micropython-lib's")
    options = parser.parse_args(argv)
    if options.check and not options.board:
        parser.error("--check needs --board")
    if options.settings and options.settings[0] not in ("backup", "restore"):
        parser.error("--settings backup FILE or --settings restore FILE")
    if not (options.board or options.settings or options.set or options.log or options.console or options.erase):
        parser.error("what shall be done? --board NAME installs the firmware")
    return options


def act(options) -> int:
    """Do what the options say, in this order."""
    known = boards()
    mcus = [known[options.board].MCU] if options.board else list(PORTS)
    port = find_port(mcus) if options.port == "auto" else options.port
    result = 0
    with BoardLink(port) as link:
        if options.erase:
            if not options.yes and input("Remove the firmware and all settings? yes/no ") != "yes":
                raise LinkError("Nothing removed.")
            result |= erase(link)
        if options.board:
            result |= install(link, options, known[options.board])
        if options.settings:
            result |= settings(link, options.settings[0], Path(options.settings[1]))
        if options.set:
            result |= set_all(link, options.set)
        if options.log:
            for line in link.ask("LOG"):
                console.print(line, markup=False)
        if options.console:
            result |= talk(link)
    return result


def main(argv=None) -> int:
    """0 when all is well, 1 when the board differs or is not well, 2 when it cannot be done."""
    options = parse(argv)
    try:
        return act(options)
    except LinkError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
    except LOST as error:
        console.print(f"The connection was lost: {error}. {_AGAIN}", style="red", markup=False, soft_wrap=True)
    except (KeyboardInterrupt, EOFError):
        console.print("Interrupted. " + _AGAIN)
    return 2


if __name__ == "__main__":
    sys.exit(main())
