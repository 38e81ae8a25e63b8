#!/usr/bin/env python3
"""Starts TextSocket on any machine that has Python 3 and pip: `python3 start.py` is the simulator.

    python3 start.py [simulator] [OPTIONS]    the page; --terminal, --usb and so on: see --help
    python3 start.py flash [OPTIONS]          tools/flash.py, for a real board
    python3 start.py test [OPTIONS]           the tests

What a word needs is fetched into .venv, in the versions that pyproject.toml names; nothing else on this machine changes.
Systems that guard their Python (Debian, Ubuntu, Homebrew) allow that. A Python older than 3.11 is not enough: then uv, fetched
into .uv, brings one along.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = FOLDER / "fetched"  # what start.py has put there
UV = "uv==0.13.8"
OLDEST = (3, 11)
WORDS = {  # group of pyproject.toml, program
    "simulator": (None, ["-m", "tools.simulator"]),
    "flash": ("flash", ["tools/flash.py"]),
    "test": ("dev", ["-m", "pytest"]),
}


def requirements(group):
    """(what the group needs, the versions of what that needs), lines for pip."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    groups = [group] if group else []
    while groups:
        for row in project["dependency-groups"][groups.pop()]:
            wanted.append(row) if isinstance(row, str) else groups.append(row["include-group"])
    return wanted, project["tool"]["uv"]["constraint-dependencies"]


def make_environment():
    """Make .venv; the command that installs into it. Debian's Python makes one without pip only, but brings pip itself."""
    host_pip = importlib.util.find_spec("pip") is not None
    if not PYTHON.exists():
        how = ["--without-pip"] if host_pip else []
        run([sys.executable, "-m", "venv", "--clear", *how, str(FOLDER)], "Debian, Ubuntu: sudo apt install python3-pip")
    if host_pip:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON), "install"]
    return [str(PYTHON), "-m", "pip", "install"]


def fetch(group):
    """Bring what is missing into .venv."""
    wanted, versions = requirements(group)
    known = STAMP.read_text().split("\n") if STAMP.exists() and PYTHON.exists() else []
    mark = hashlib.sha256(repr((wanted, versions)).encode()).hexdigest()
    if mark in known:
        return
    print(f"Fetching what this needs into {FOLDER} ...", flush=True)
    install = make_environment()
    with tempfile.TemporaryDirectory() as folder:
        lists = {"wanted": wanted, "versions": versions}
        for name, lines in lists.items():
            Path(folder, name).write_text("\n".join(lines))
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        files = ["-r", str(Path(folder, "wanted")), "-c", str(Path(folder, "versions"))]
        run([*install, *quiet, *files], "Is this machine connected to the internet?")
    STAMP.write_text("\n".join([*known, mark]))


def run(command, hint):
    """Run a step of the installation, or end with a hint."""
    if subprocess.call(command):
        sys.exit("That did not work. " + hint)


def with_uv(group, program):
    """The command for a Python that is too old: uv fetches another one."""
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    if not Path(uv).exists():
        print(f"Python {sys.version.split()[0]} is too old, so uv fetches a newer one into its own folders ...", flush=True)
        run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(ROOT / ".uv"), UV],
            "Install Python 3.11 or newer.",
        )
    return [uv, "run", "--quiet", "--no-dev", *(["--group", group] if group else []), "python", *program]


def main(arguments):
    """Fetch, and become the program."""
    word = arguments.pop(0) if arguments and arguments[0] in WORDS else "simulator"
    group, program = WORDS[word]
    if os.name == "nt" and word != "flash":
        sys.exit("The simulator needs Linux or macOS. On Windows: `wsl --install`, then the same commands in its window.")
    os.chdir(ROOT)
    if sys.version_info < OLDEST:
        command = with_uv(group, program)
    else:
        fetch(group)
        command = [str(PYTHON), *program]
    if os.name == "nt":
        sys.exit(subprocess.call(command + arguments))
    os.execv(command[0], command + arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
