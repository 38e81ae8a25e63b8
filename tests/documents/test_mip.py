"""docs/building.md: what mpremote alone does with package.json, typed as it is written there, on a virtual board with a USB port."""

import json
import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.flash.conftest import make_usb  # noqa: F401  a fixture

NOWHERE = "http://127.0.0.1:9"  # in place of the index of drivers: tests fetch nothing


def test_mip_installs_from_this_folder(make_usb):  # noqa: F811
    text = (ROOT / "docs" / "building.md").read_text()
    command = re.search(r"`mpremote (mip install --target / package\.json)`", text)[1].split()
    board = make_usb()
    how = [sys.executable, "-m", "mpremote", "connect", board.path, "resume"]
    done = subprocess.run(
        [*how, *command, "--index", NOWHERE], cwd=ROOT, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    for target, _ in json.loads((ROOT / "package.json").read_text())["urls"]:
        assert f"Installing: //{target}\n" in done.stdout
    assert "Installing onewire" in done.stdout, "the drivers come last, and over the internet"
    listed = subprocess.run([*how, "fs", "ls", ":"], cwd=ROOT, capture_output=True, text=True, timeout=60).stdout
    for name in ("main.py", "boot.py", "board.py", "commands/"):
        assert name in listed, listed
