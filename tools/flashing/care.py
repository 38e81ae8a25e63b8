"""Looking after a board that runs: its settings, its log, commands, and the way back."""

import contextlib
import json
import os

from tools.flashing import installer
from tools.flashing.finding import console
from tools.flashing.port import LinkError

SETTINGS = (
    "settings-a.json",
    "settings-b.json",
    "journal.txt",
    "restarts.json",
    "changes-a.json",  # of version 1.0
    "changes-b.json",
)
_BACKUP = """
import json, settings, storage
from journal import VERSION
s = storage.Store()
s.load(settings)
data = {row[0]: s.get(row[0]) for row in settings.SETTINGS + settings.STATE
        if s.get(row[0]) != row[1] and row[0] not in %s}
print(json.dumps(dict(data, v=VERSION)))
"""
_RESTORE = """
import json, settings, storage
data = json.loads(%r)
data.setdefault("v", 1)
data = settings.migrated(data)
known = [row[0] for row in settings.SETTINGS + settings.STATE]
bad = [key for key in data if key not in known]
settings.adopted(data, {}, bad.append)
if not bad:
    s = storage.Store()
    s.load(settings)
    if s.get("otp"):  # a backup leaves it out: codes are ended by ENROL OFF alone
        data.setdefault("otp", s.get("otp"))
        data.setdefault("otp_step", s.get("otp_step"))
    for generation in (1, 2):
        s.erase()
        for key in data: s.set(key, data[key])
        s.commit()
print(json.dumps(bad))
"""


def settings(link, action, path, secrets=False) -> int:
    """Back up the settings store to a file, or restore it. It holds numbers and the password: the file is for its owner.

    secrets: with the secret of the one-time codes.
    """
    if action == "backup":
        _backup(link, path, secrets)
    else:
        _restore(link, path)
    link.reset()
    return 0


def _backup(link, path, secrets):
    if not path.parent.is_dir():
        raise LinkError(f"{path.parent}: there is no such folder")
    link.stop()
    data = json.loads(_on_the_board(link, _BACKUP % "()" if secrets else _BACKUP % "('otp',)"))
    with _file_errors(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(data, file, indent=2)
    console.print(f"{len(data) - 1} settings saved in {path}", markup=False)


def _restore(link, path):
    with _file_errors(path):
        data = json.loads(path.read_text())
    if not isinstance(data, dict):
        raise LinkError(f"{path} holds no settings")
    link.stop()
    bad = json.loads(_on_the_board(link, _RESTORE % json.dumps(data)))
    if bad:
        raise LinkError(f"Nothing restored, the device does not take: {', '.join(sorted(bad))}")
    console.print(f"{len(data) - ('v' in data)} settings restored")


def _on_the_board(link, code) -> str:
    """Run code that uses the firmware's own modules."""
    try:
        return link.run(code)
    except LinkError as error:
        if "ImportError" in str(error):
            raise LinkError("The board has no firmware of this version: install it first, the settings stay.") from error
        raise


@contextlib.contextmanager
def _file_errors(path):
    """A file on this computer that fails is no lost connection."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise LinkError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def set_all(link, commands) -> int:
    """Carry commands out, as if the boss had texted them. 1 when one was refused."""
    refused = 0
    for command in commands:
        for line in link.ask(command, 60):
            console.print(line, markup=False)
            refused += "!" in line
    return 1 if refused else 0


def show_log(link) -> int:
    """The device's log with its last restarts; from its files when the firmware does not answer."""
    try:
        for line in link.ask("LOG"):
            console.print(line, markup=False)
        return 0
    except LinkError as error:
        link.stop()
        rows = _restarts(link.read("restarts.json"))
        if not rows:
            raise
        console.print(f"{error} What its files tell:", style="yellow", markup=False)
        for row in rows:
            console.print(row, markup=False)
        return 1


def _restarts(octets) -> list[str]:
    try:
        state = json.loads(octets or b"{}")
        rows = [f"restart: {cause}, after {seconds} s or more" for cause, seconds in state.get("rows", ())]
        return rows + ([state["trace"]] if state.get("trace") else [])
    except (ValueError, TypeError, AttributeError):
        return []


def erase(link) -> int:
    """Remove the firmware and its settings."""
    link.stop()
    there = set(link.hashes())
    ours = installer.installed(link) | {installer.INSTALLED, *SETTINGS} | {p for p in there if p[:7] == "update/"}
    installer.remove(link, ours & there)
    console.print(f"{len(ours & there)} files removed")
    for path in sorted(there & {name + ".bak" for name in installer.THEIRS}):
        console.print(f"{path} is what was on the board before; rename it to start it again")
    link.reset()
    return 0
