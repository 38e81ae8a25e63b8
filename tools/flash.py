"""Put TextSocket on a board, and look after it: `uv run python tools/flash.py --board RPI_PICO`.

An update is copied to `update/` beside the firmware that runs, checked, and put in place by `boot.py` at the next start: a run that
fails or is interrupted leaves a board that starts the old firmware or the new one, and running it again repairs it.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from mpremote import mip  # noqa: E402
from mpremote.commands import CommandError  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: E402
from rich.table import Table  # noqa: E402
from serial.tools import list_ports  # noqa: E402

from tools.board_link import LOST, BoardLink, LinkError  # noqa: E402
from tools.simulator import firmware  # noqa: E402

OLDEST = (1, 24)
MPY_VERSION = 6
LIBRARIES = ("onewire", "ds18x20")  # of micropython-lib; most images bring them
INSTALLED = "installed.json"  # path -> SHA-256 of what is on the board
SETTINGS = ("settings-a.json", "settings-b.json")
PLATFORMS = {"rp2040": "rp2", "esp32": "esp32"}  # sys.platform of an MCU's MicroPython
PORTS = {  # USB ids that a board shows
    "rp2040": {(0x2E8A, 0x0005), (0x2E8A, 0x000A)},
    "esp32": {(0x10C4, 0xEA60), (0x1A86, 0x7523), (0x1A86, 0x55D4), (0x0403, 0x6001), (0x0403, 0x6010), (0x303A, 0x1001)},
}
ARCHES = ("", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc")
SPARE = 16 * 1024  # bytes that stay free
READY_S = 60  # until modem and network are up after a restart
_GOOD = {"Modem": ("answers",), "SIM": ("ready",), "Network": ("home", "roaming")}
_BACKUP = "import json, storage\ns = storage.Store(None, None)\ns.load({})\nprint(json.dumps(s.snapshot()[0]))"
_RESTORE = """
import json, build, storage
data = json.loads(%r)
schema = build.schema()
bad = [key for key in data if key not in schema or not storage.sound(schema[key][1], data[key])]
if not bad:
    s = storage.Store(None, None)
    s.load(schema)
    for generation in (1, 2):
        s.erase()
        for key in data: s.set(key, data[key])
        s.commit()
print(json.dumps(bad))
"""
console = Console(highlight=False)


def boards() -> dict:
    """The boards by name, as modules; the virtual one left out."""
    found = {}
    for path in sorted((ROOT / "boards").glob("*.py")):
        if path.stem not in ("VIRTUAL", "manifest"):
            spec = importlib.util.spec_from_file_location(path.stem, path)
            found[path.stem] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(found[path.stem])
    return found


def build(board: str, arch: str = "") -> dict[str, bytes]:
    """What goes onto the board: path -> contents."""
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, path in firmware.sources(board).items():
            if name in firmware.AS_SOURCE:
                files[f"{name}.py"] = path.read_bytes()
                continue
            target = Path(folder) / "module.mpy"
            firmware.compile_file(path, target, name, (f"-march={arch}",) if arch else ())
            files[f"{name}.mpy"] = target.read_bytes()
    return files


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


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


def check_image(link, name, board) -> str:
    """Refuse a MicroPython that is too old or another chip's; the architecture for mpy-cross."""
    link.run("import sys")
    version = link.evaluate("sys.implementation[1]")
    platform = link.evaluate("sys.platform")
    mpy = link.evaluate("getattr(sys.implementation, '_mpy', 0)")
    page = f"https://micropython.org/download/{getattr(board, 'IMAGE', name)}/"
    if tuple(version[:2]) < OLDEST or mpy & 0xFF != MPY_VERSION:
        raise LinkError(
            f"MicroPython {'.'.join(map(str, version[:3]))} is on the board; {'.'.join(map(str, OLDEST))} or newer is needed. "
            f"Put the newest image on it, as its page shows, and run this again: {page}"
        )
    wanted = PLATFORMS[board.MCU]
    if platform in PLATFORMS.values() and platform != wanted:
        raise LinkError(f"This is a board of the kind {platform}, {name} is of the kind {wanted}: its pins would be wrong.")
    console.print(f"MicroPython {'.'.join(map(str, version[:3]))} on {platform}")
    arch = mpy >> 10 & 0xF
    return ARCHES[arch] if arch < len(ARCHES) else ""


def install_libraries(link, index):
    """Those of micropython-lib that the image lacks, through mip."""
    for name in LIBRARIES:
        link.feed()
        if link.run(f"try:\n import {name}\n print('here')\nexcept ImportError:\n pass").strip() == "here":
            continue
        console.print(f"{name} is not in the board's image")
        link.make_folder("/lib")
        words = io.StringIO()
        try:
            with contextlib.redirect_stdout(words):
                mip._install_package(link.transport, name, index or mip._PACKAGE_INDEX, "/lib", None, True)
        except CommandError as error:
            raise LinkError(f"{name} cannot be installed: {error}. This needs the internet.") from error


# -- comparing and copying ---------------------------------------------------------------------------------------


def compare(link, files) -> tuple[list, list]:
    """(paths that differ, paths that are no longer part of it). Stops at nothing: a board may hold anything."""
    there = link.hashes()
    changed = [path for path, data in files.items() if there.get(path) != sha256(data)]
    if INSTALLED not in there and not changed:
        changed = ["main.py"]  # so that there is a list
    try:
        installed = list(json.loads(link.read(INSTALLED) or b"{}"))
    except ValueError:
        installed = []
    shadows = [path[:-4] + ".py" for path in files if path.endswith(".mpy")]  # a source is imported before a .mpy
    return changed, sorted((set(installed) | set(shadows)) & set(there) - set(files))


def copy(link, files, changed, obsolete):
    """Stage, verify, and declare ready. Nothing of the running firmware is touched."""
    manifest = json.dumps({path: sha256(data) for path, data in files.items()}).encode()
    staged = {path: files[path] for path in changed if path != "boot.py"}
    staged[INSTALLED] = manifest
    size = sum(map(len, staged.values()))
    blocks = link.evaluate("__import__('os').statvfs('/')")
    if blocks[0] * blocks[3] < size + SPARE:
        raise LinkError(f"{size // 1024} KB must be copied, but only {blocks[0] * blocks[3] // 1024} KB are free on the board.")
    link.make_folder("update")
    link.remove("update/ready")
    if "boot.py" in changed:  # first, and by itself: it is what puts the others in place
        link.write("update/boot.new", files["boot.py"])
        link.rename("update/boot.new", "boot.py")
    for folder in {path.rpartition("/")[0] for path in files} - {""}:
        link.make_folder(folder)
        link.make_folder("update/" + folder)
    left = link.hashes("update/")  # by a run that was interrupted
    columns = (TextColumn("{task.description:<28}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("copying", total=size)
        for path, data in staged.items():
            link.feed()
            progress.update(bar, description=path)
            if left.get("update/" + path) != sha256(data):
                link.write("update/" + path, data)
            progress.advance(bar, len(data))
    arrived = link.hashes("update/")
    broken = [path for path, data in staged.items() if arrived.get("update/" + path) != sha256(data)]
    if broken:
        raise LinkError(f"{', '.join(broken)} did not arrive in one piece. Run this again.")
    link.write("update/ready.new", "\n".join([*staged, *["-" + path for path in obsolete]]).encode())
    link.rename("update/ready.new", "update/ready")


def install(link, options, board) -> int:
    """Bring the board up to date, restart it, and show its self-test."""
    link.stop()
    arch = check_image(link, options.board, board)
    files = build(options.board, arch)
    if not options.check:
        install_libraries(link, options.index)
    changed, obsolete = compare(link, files)
    if options.check:
        for path in changed:
            console.print(f"differs   {path}")
        for path in obsolete:
            console.print(f"obsolete  {path}")
        link.reset()
        console.print("The board differs." if changed or obsolete else "The board has exactly this firmware.")
        return 1 if changed or obsolete else 0
    if changed or obsolete:
        copy(link, files, changed, obsolete)
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
        with open(handle, "w") as file:
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
            console.print(line)
            refused += "!" in line
    return 1 if refused else 0


def talk(link, source=sys.stdin) -> int:
    """A console: lines are commands, log lines come as they happen. Ctrl-D ends it."""
    console.print("Commands as in a text, LOG for the log; Ctrl-D ends this.")
    while line := source.readline():
        if line.strip():
            for answer in link.ask(line.strip(), 60, on_line=lambda text: console.print(f"[dim]{text}[/dim]", markup=True)):
                console.print(answer)
    return 0


def erase(link) -> int:
    """Remove the firmware and its settings."""
    link.stop()
    there = set(link.hashes())
    ours = set(json.loads(link.read(INSTALLED) or b"{}")) | {INSTALLED, *SETTINGS} | {p for p in there if p[:7] == "update/"}
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
        console.print(f"[red]{error}[/red]", soft_wrap=True)
    except LOST as error:
        console.print(f"[red]The connection was lost: {error}. Run it again: the board starts as it was before.[/red]")
    except (KeyboardInterrupt, EOFError):
        console.print("Interrupted. The board starts as it was before.")
    return 2


if __name__ == "__main__":
    sys.exit(main())
