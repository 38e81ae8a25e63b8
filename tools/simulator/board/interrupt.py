"""Ctrl-C for the unix port, as a board takes it: between two instructions of its program, never inside its file system.

The unix port raises KeyboardInterrupt out of its signal handler, wherever it is: inside littlefs that leaves a file system in
memory that may destroy the one on flash, inside an import it hangs. A board looks for Ctrl-C between instructions only. So it
is typed only while the process waits for something: stopped, looked at, and let go on.
"""

import contextlib
import os
import platform
import signal
import time
from pathlib import Path

WAITING = {  # numbers of the system calls that wait: poll, select, sleep, epoll; read is one when it reads what is typed
    "x86_64": {7, 23, 35, 230, 232, 270, 271, 281},
    "aarch64": {22, 72, 73, 101, 115},
}.get(platform.machine(), set())
READ = {"x86_64": 0, "aarch64": 63}.get(platform.machine())


def type_when_it_waits(process, type_it) -> bool:
    """Call `type_it()` while the process is stopped in a system call that waits. False when it is busy: try again."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        if not _waits(process.pid):
            return False
        type_it()
        return True
    finally:
        os.kill(process.pid, signal.SIGCONT)


def _waits(pid) -> bool:
    path = Path(f"/proc/{pid}/syscall")
    deadline = time.monotonic() + 0.1
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
                break
        time.sleep(0.0002)
    try:
        number, first, *_ = [*path.read_text().split(), "0", "0"]
    except OSError:  # a system that does not tell
        return True
    if number == "running":
        return False
    return int(number) in WAITING or (int(number) == READ and int(first, 16) == 0)
