"""A console to the device: a prompt with history, and the log as it happens."""

import sys
import threading
from pathlib import Path

from tools.flashing.finding import console
from tools.flashing.port import LOST, LinkError

HISTORY = Path.home() / ".cache" / "textsocket" / "console"


def talk(link) -> int:
    """Lines are commands, log lines come as they happen. Ctrl-D ends it."""
    link.greet()
    if sys.stdin.isatty():
        _prompt(link)
        return 0
    for line in sys.stdin:
        if line.strip():
            for answer in link.ask(line.strip(), 60, on_line=_show):
                console.print(answer, markup=False)
    return 0


def _show(line):
    """An answer as it is, the log dimmed."""
    if line.startswith("= "):
        console.print(line[2:], markup=False)
    elif line != "=":
        console.print(line, style="dim", markup=False)


def _prompt(link):
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    console.print(
        "Commands as in a text (STATUS, HELP ...), LOG for the log; the arrow keys bring earlier ones; Ctrl-D ends this."
    )
    session = PromptSession("device> ", history=_history())
    ended = threading.Event()
    reader = threading.Thread(target=_read, args=(link, ended), daemon=True)
    with patch_stdout(raw=True):
        reader.start()
        try:
            while True:
                line = session.prompt().strip()
                if line:
                    link.type(line)
        except (EOFError, KeyboardInterrupt):
            pass
        finally:
            ended.set()
            reader.join(timeout=3)


def _read(link, ended):
    """Print what the board says, over restarts too."""
    while not ended.is_set():
        try:
            line = link.line()
            if line is not None:
                _show(line)
        except LOST:
            console.print("The board restarts ...", style="yellow")
            try:
                link.reopen()
            except LinkError as error:
                console.print(f"{error}. Ctrl-D ends this.", style="red", markup=False)
                return


def _history():
    """Kept from one time to the next, without what holds a password or a secret."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class History(FileHistory):
        def store_string(self, string):
            if "PAS" not in string.upper() and "ENR" not in string.upper():
                super().store_string(string)

    try:
        HISTORY.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        HISTORY.touch(mode=0o600)
        return History(str(HISTORY))
    except OSError:
        return InMemoryHistory()
