"""The way of the firmware onto a board: build, compare, stage, verify, declare ready."""

import argparse
import contextlib
import hashlib
import io
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mpremote import mip
from mpremote.commands import CommandError, do_resume
from mpremote.main import State
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from tools.flashing.finding import console
from tools.flashing.port import LinkError
from tools.simulator.board import firmware

OLDEST = (1, 25)  # of MicroPython: 1.24's UART.init shrinks the receive buffer to 256 bytes
TESTED = (1, 28, 0)  # what the tests run, and what is put on a blank board
MPY_VERSION = 6
LIBRARIES = ("onewire", "ds18x20")  # of micropython-lib; most images bring them
INSTALLED = "installed.json"  # path -> SHA-256 of what is on the board
MARKS = (b"TextSocket", b"tools/flash.py")  # in our own
THEIRS = ("main.py", "boot.py")  # what a board may have held before
SPARE = 16 * 1024  # bytes that stay free
SHOWN = 12  # paths of a list


def build(board: str, arch: str = "") -> dict[str, bytes]:
    """What goes onto the board: path -> contents."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        rows = pool.map(lambda row: _built(*row, arch, Path(folder)), enumerate(sorted(firmware.sources(board).items())))
        return dict(rows)


def _built(number, source, arch, folder):
    name, path = source
    if name in firmware.AS_SOURCE:
        return f"{name}.py", path.read_bytes()
    target = folder / f"{number}.mpy"
    firmware.compile_file(path, target, name, (f"-march={arch}",) if arch else ())
    return f"{name}.mpy", target.read_bytes()


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


def dotted(version) -> str:
    """1.28.0 of (1, 28, 0)."""
    return ".".join(map(str, version))


def image_page(board) -> str:
    """Where people find the image of a board; a variant stands on its board's page."""
    return f"https://micropython.org/download/{image_name(board).partition('-')[0]}/"


def image_name(board) -> str:
    """MicroPython's name of the board's image."""
    return getattr(board, "IMAGE", board.NAME)


def check_image(found, board):
    """Refuse a MicroPython that is too old."""
    if found.version[:2] < OLDEST or found.mpy & 0xFF != MPY_VERSION:
        raise LinkError(
            f"MicroPython {dotted(found.version)} is on the board; {dotted(OLDEST)} or newer is needed, {dotted(TESTED)} is "
            f"what the firmware was tested with. Put {image_name(board)} on it with --download or --image FILE, or as "
            f"its page shows, and run this again: {image_page(board)}"
        )
    console.print(f"MicroPython {dotted(found.version)} on {found.machine or found.platform}", markup=False)


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
                mip.do_mip(
                    _state(link), argparse.Namespace(command=["install"], packages=[name], index=index, target="/lib", mpy=True)
                )
        except CommandError as error:
            raise LinkError(f"{name} cannot be installed: {error}. This needs the internet.") from error


def _state(link):
    """mpremote's own idea of a connection; told not to restart the board."""
    state = State()
    state.transport = link.transport
    do_resume(state)
    return state


# -- comparing and copying ---------------------------------------------------------------------------------------


def installed(link) -> set[str]:
    """The paths that the board's own list names; none when it is missing or damaged."""
    try:
        return set(json.loads(link.read(INSTALLED) or b"{}"))
    except (TypeError, ValueError):
        return set()


def compare(link, files) -> tuple[list, list]:
    """(paths that differ, paths that are no longer part of it). Stops at nothing: a board may hold anything."""
    there = link.hashes()
    changed = [path for path, data in files.items() if there.get(path) != sha256(data)]
    if INSTALLED not in there and not changed:
        changed = ["main.py"]  # so that there is a list
    sources = {path[:-4] + ".py" for path in files if path.endswith(".mpy")}  # a source is imported before a .mpy
    return changed, sorted((installed(link) | sources) & set(there) - set(files))


def covering(link) -> list[str]:
    """Files that are imported before the code of a frozen firmware: what an earlier installation left."""
    ours = {f"{name}{suffix}" for name in firmware.sources("RPI_PICO") for suffix in (".py", ".mpy")}
    return sorted((ours | installed(link) | {INSTALLED}) & set(link.hashes()))


def remove(link, paths):
    """Remove files, and the folders that they leave empty; what starts the firmware goes first."""
    for path in sorted(paths, key=lambda path: path not in THEIRS):
        link.feed()
        link.remove(path)
    link.remove_folders({path.rpartition("/")[0] for path in paths} - {""})


def show(word, paths):
    """A line for each path, the first ones of many."""
    for path in paths[:SHOWN]:
        console.print(f"{word:<9} {path}", markup=False)
    if len(paths) > SHOWN:
        console.print(f"{'':<9} and {len(paths) - SHOWN} more")


def keep_theirs(link):
    """Keep what the owner had as main.py or boot.py before the first installation."""
    ours = installed(link)
    for path in THEIRS:
        data = None if path in ours else link.read(path)
        if data and not any(mark in data for mark in MARKS) and _does_something(data):
            link.write(path + ".bak", data)
            console.print(f"{path} was on the board: kept as {path}.bak", style="yellow")


def _does_something(source) -> bool:
    """False for comments alone, such as the boot.py of a fresh ESP32."""
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in source.splitlines())


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
