"""The way of the firmware onto a board: build, compare, stage, verify, declare ready."""

import contextlib
import hashlib
import io
import json
import tempfile
from pathlib import Path

from mpremote import mip
from mpremote.commands import CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from tools.board_link import LinkError
from tools.simulator.board import firmware

OLDEST = (1, 24)
MPY_VERSION = 6
LIBRARIES = ("onewire", "ds18x20")  # of micropython-lib; most images bring them
INSTALLED = "installed.json"  # path -> SHA-256 of what is on the board
PLATFORMS = {"rp2040": "rp2", "esp32": "esp32"}  # sys.platform of an MCU's MicroPython
ARCHES = ("", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc")
SPARE = 16 * 1024  # bytes that stay free
console = Console(highlight=False)


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
    shadows = [path[:-4] + ".py" for path in files if path.endswith(".mpy")]  # a source is imported before a .mpy
    return changed, sorted((installed(link) | set(shadows)) & set(there) - set(files))


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
