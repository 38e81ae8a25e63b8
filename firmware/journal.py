"""The files of the settings store (R16.1), which survive a power cut at any instant.

`settings-a.json` and `settings-b.json` are snapshots, sealed with a CRC, written in turn. `journal.txt` holds what has changed
since the newest, a sealed line a commit; it names the snapshot that it builds on, and a new snapshot makes it void. littlefs
replaces a file whole or not at all, and keeps one below 512 bytes beside its name: so a commit costs no erase, and an erase is
what keeps an RP2040's UART deaf for 45 ms. Erases are done ahead of time, while nothing waits (`tidy`).
"""

import binascii
import json

import clock
from log import log
from micropython import const

SNAPSHOTS = ("settings-a.json", "settings-b.json")
JOURNAL = "journal.txt"
_ROOM = const(490)  # bytes of a journal: below littlefs' 512 with what it adds
_HALF = const(250)  # a journal above this is made a snapshot when nothing waits
_PAGES = const(7)  # of 16: after so many programmed pages an erase is near
_ERASE_MS = const(20)  # a write that took longer has erased
VERSION = const(2)
_SEAL = b'"crc":'


class Journal:
    """Snapshots and journal. Writing raises OSError when flash fails; what is there then is not trusted."""

    def __init__(self):
        self._sequence = 0  # of the newest snapshot
        self._newer = 1  # which file that is
        self._both = False  # both files are there
        self._size = -1  # bytes of the journal; -1: a snapshot comes first, 0: the next line begins it
        self._pages = 0  # programmed since the latest erase that we know of

    def append(self, changes, cheap=False):
        """Add a line of changes. False when a snapshot must be written instead; with `cheap` also when an erase is near."""
        if cheap and self._pages >= _PAGES:
            return False
        line = _sealed(changes) + b"\n"
        if self._size < 0 or self._size + len(line) > _ROOM - (0 if self._size else 24):
            return False
        fresh = not self._size
        if fresh:
            line = b'{"on":%d}\n' % self._sequence + line
        size = self._size
        self._size = -1  # until it is out: who knows what is there when it fails
        self._write(JOURNAL, "wb" if fresh else "ab", line, size)
        self._size = size + len(line)
        return True

    def snapshot(self, data):
        """Write a generation whole; at first both."""
        self._size = -1
        for _ in range(1 if self._both else 2):
            state = dict(data)
            state["v"], state["seq"] = VERSION, self._sequence + 1
            self._write(SNAPSHOTS[1 - self._newer], "wb", _sealed(state))
            self._sequence += 1
            self._newer = 1 - self._newer
        self._both = True
        self._size = 0

    def forget_older(self):
        """The next snapshot writes both generations: the older one must not come back."""
        self._both = False

    def _write(self, name, mode, octets, before=0):
        start = clock.ticks_ms()
        with open(name, mode) as file:
            file.write(octets)
        self._pages += (before + len(octets) + 80) // 256 + 1
        if clock.ticks_diff(clock.ticks_ms(), start) >= _ERASE_MS:
            self._pages = 0

    def untidy(self):
        """True when a commit would soon have to erase."""
        return self._size > _HALF or self._pages >= _PAGES and self._size >= 0

    def tidy(self, data):
        """Make a snapshot of a long journal, and have littlefs erase now."""
        if self._size > _HALF:
            self.snapshot(data)
        if self._pages >= _PAGES and self._size >= 0:
            octets = b'{"on":%d}\n' % self._sequence
            if self._size:
                with open(JOURNAL, "rb") as file:
                    octets = file.read()
            for _ in range(16):
                if self._pages:
                    self._write(JOURNAL, "wb", octets)
            self._size = len(octets)

    # -- reading at the start ------------------------------------------------------------------------------------

    def load(self, dictionaries):
        """(the state of the newest sound generation, that of the other one), with their versions as "v". `dictionaries`: keys
        kept field by field."""
        found = [_read(name) for name in SNAPSHOTS]
        order = sorted([i for i in (0, 1) if found[i] is not None], key=lambda i: -found[i].get("seq", 0))
        if not order:
            return {}, {}
        self._newer = order[0]
        self._both = len(order) == 2
        state = found[order[0]]
        self._sequence = state.pop("seq", 0)
        if state.get("v") == VERSION:
            self._size = self._replay(state, dictionaries)
        other = found[order[1]] if self._both else {}
        other.pop("seq", None)
        return state, other

    def _replay(self, state, dictionaries):
        """Apply the journal to its snapshot's state; its size, or -1 when it must be begun anew by a snapshot."""
        try:
            with open(JOURNAL, "rb") as file:
                lines = file.read().split(b"\n")
        except OSError:
            return 0
        if lines[0] != b'{"on":%d}' % self._sequence:
            return 0
        for line in lines[1:-1]:
            changes = _unsealed(line)
            if changes is None:
                log("settings: journal damaged")
                return -1
            for key, value in changes.items():
                if key in dictionaries and isinstance(value, dict):
                    rows = state.get(key)
                    rows = dict(rows) if isinstance(rows, dict) else {}
                    rows.update(value)
                    value = {field: row for field, row in rows.items() if row is not None}
                state[key] = value
                if value is None:  # back at its factory value; a snapshot holds no null
                    del state[key]
        return sum([len(line) + 1 for line in lines]) - 1


def _sealed(state):
    body = json.dumps(state, separators=(",", ":"))[:-1].encode()
    return body + b"%s%s%d}" % (b"," if state else b"", _SEAL, binascii.crc32(body))


def _unsealed(octets):
    """The dictionary of a sealed text, or None."""
    try:
        state = json.loads(octets.decode())
        crc = state.pop("crc")
        if binascii.crc32(octets[: octets.rfind(_SEAL)].rstrip(b",")) == crc:
            return state
    except (ValueError, TypeError, KeyError, AttributeError, MemoryError, RuntimeError):  # RuntimeError: nested too deeply
        pass
    return None


def _read(name):
    """The state of a snapshot, or None; a damaged one is logged. A plain file without seal, as people write by hand, is one."""
    try:
        with open(name, "rb") as file:
            octets = file.read()
        state = _unsealed(octets)
        if state is None and _SEAL not in octets:
            state = json.loads(octets.decode())
            if "v" in state or "seq" in state:
                state = None
        if isinstance(state, dict) and isinstance(state.get("seq", 0), int):
            return state
    except OSError:
        return None
    except (ValueError, TypeError, MemoryError, RuntimeError):
        pass
    log("settings:", name, "damaged")
    return None
