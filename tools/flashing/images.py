"""MicroPython onto a blank board: a UF2 onto the drive that a Pico shows in BOOTSEL, an image into an ESP32 through esptool.

The image is a file that the user names, or one that mpflash downloads when he agrees. Always the version that the tests ran.
"""

import os
import struct
import subprocess
import sys
from pathlib import Path

from tools.flashing.finding import agree, console
from tools.flashing.installer import TESTED, dotted, image_name, image_page
from tools.flashing.port import LinkError

INFO = "INFO_UF2.TXT"  # on the drive of every UF2 boot loader
UF2_START, UF2_SECOND = 0x0A324655, 0x9E5D5157
FAMILIES = {0xE48BFF56: "RPI-RP2", 0xE48BFF59: "RP2350"}  # of an image -> of the drive that takes it
ESP32_MAGIC = 0xE9
ESP32_OFFSET = 0x1000
ESP32_LEAST = 500_000  # octets of an image; less is a bootloader or an update
PORTS = {"rp2040": ("rp2", "uf2"), "esp32": ("esp32", "bin")}  # MicroPython's name of the port, what its images end in


# -- a Pico ------------------------------------------------------------------------------------------------------


def find_drive(named=None) -> Path | None:
    """The drive of a Pico in BOOTSEL, the named folder or one of the system's; None without."""
    import psutil

    folders = [Path(named)] if named else [Path(part.mountpoint) for part in psutil.disk_partitions()]
    return next((folder for folder in folders if _readable(folder / INFO)), None)


def _readable(path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def drive_kind(drive) -> str:
    """RPI-RP2 or RP2350: what the chip behind the drive calls itself."""
    for line in (drive / INFO).read_text(errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Board-ID":
            return value.strip()
    return ""


def uf2_family(path) -> int:
    """The family of chips that a UF2 file is for. Raises LinkError when it is no UF2."""
    with path.open("rb") as file:
        block = file.read(512)
    if len(block) < 512 or struct.unpack_from("<II", block) != (UF2_START, UF2_SECOND) or path.stat().st_size % 512:
        raise LinkError(f"{path} is no UF2 image, or not a whole one.")
    return struct.unpack_from("<I", block, 28)[0]


def copy_to_drive(path, drive):
    """Copy an image; the board restarts with it as soon as it is whole, and its drive goes."""
    kind, wanted = drive_kind(drive), FAMILIES.get(uf2_family(path), "another chip")
    if kind != wanted:
        raise LinkError(f"{path.name} is for {wanted}, the board at {drive} is {kind or 'none that is known'}.")
    console.print(f"Copying {path.name} to {drive} ...", markup=False)
    data = path.read_bytes()
    try:
        with (drive / path.name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if drive.exists() and not _gone(drive):
            raise LinkError(f"{drive}: {error.strerror}") from error


def _gone(drive) -> bool:
    """True once the board has taken the image: its drive goes before the computer has finished with it."""
    return not _readable(drive / INFO)


# -- an ESP32 ----------------------------------------------------------------------------------------------------


def check_esp32(path):
    """Raise LinkError unless the file may be a whole image of an ESP32."""
    with path.open("rb") as file:
        first = file.read(1)
    if first != bytes([ESP32_MAGIC]) or path.stat().st_size < ESP32_LEAST:
        raise LinkError(f"{path} is no ESP32 image of MicroPython, or not a whole one.")


def write_esp32(path, port, keep_files=False):
    """Write an image into an ESP32 with esptool, all its flash erased before unless its files are kept. Raises LinkError."""
    import esptool
    from esptool import cmds

    check_esp32(path)
    try:
        with cmds.detect_chip(port) as chip:
            if chip.CHIP_NAME != "ESP32":
                raise LinkError(f"The chip is {chip.CHIP_NAME}; the boards here have ESP32. Nothing changed.")
            chip = cmds.run_stub(chip)
            cmds.attach_flash(chip)
            if not keep_files:
                cmds.erase_flash(chip)
            cmds.write_flash(chip, [(ESP32_OFFSET, str(path))])
            cmds.reset_chip(chip, "hard-reset")
    except (esptool.FatalError, OSError) as error:
        raise LinkError(
            f"{port}: esptool says: {error} Hold BOOT while it connects, if the board has such a button."
        ) from error


# -- the image ---------------------------------------------------------------------------------------------------


def choose_image(board, options, ask=input) -> Path:
    """The image that is named, else the one that may be downloaded."""
    ending = PORTS[board.MCU][1]
    if options.image:
        path = Path(options.image)
        if not path.is_file():
            raise LinkError(f"{path}: there is no such file")
        if path.suffix != "." + ending:
            raise LinkError(f"{path.name}: the image of {board.NAME} ends in .{ending}")
        if f"v{dotted(TESTED)}" not in path.name:
            console.print(f"The firmware was tested with MicroPython {dotted(TESTED)}.", style="yellow")
        return path
    name = f"{image_name(board)}, MicroPython {dotted(TESTED)}"
    if not (options.download or agree(f"Download {name} from micropython.org?", options, ask)):
        raise LinkError(
            f"The board needs {name}: {image_page(board)}. Fetch it and name the file with --image, or let --download do that."
        )
    return download(board)


def download(board) -> Path:
    """Fetch the image with mpflash into a folder of its own; once."""
    port, ending = PORTS[board.MCU]
    folder = Path.home() / ".cache" / "textsocket" / "images"
    path = folder / port / f"{image_name(board)}-v{dotted(TESTED)}.{ending}"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [str(Path(sys.executable).with_name("mpflash")), "download", "--version", dotted(TESTED)]
        command += ["--board", image_name(board).partition("-")[0]]
        done = subprocess.run(command, env={**os.environ, "MPFLASH_FIRMWARE": str(folder)}, capture_output=True, text=True)
        if not path.is_file():
            console.print(done.stdout + done.stderr, style="dim", markup=False)
            raise LinkError(f"{path.name} is not to be had. Download an image at {image_page(board)} and name it with --image.")
    return path
