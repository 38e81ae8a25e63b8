"""The settings store (R16): a dictionary with a schema (rare/schema.py), kept as two generations of one JSON file; rare/load.py
reads it.

A save writes the older file; with a higher sequence number and a CRC it becomes the newer one. So power may fail at any
instant: the next boot finds the old or the new state.

Files below 512 bytes cost littlefs no erase, and an erase keeps the UART deaf for 45 ms. A store that has outgrown that is
saved as what changed since its file was written, in two generations as well, each naming by CRC the file it builds on.
"""

import binascii
import json
import os

from micropython import const
from tasks import IDLE_MS, Signal, beat

FILES = ("settings-a.json", "settings-b.json")
CHANGES = ("changes-a.json", "changes-b.json")
_SMALL = const(490)  # bytes, with the seal behind them below 512
VERSION = const(1)
SEAL = ',"crc":'


class Store:
    """Values by key. What equals the factory value is not kept; unknown keys are."""

    def __init__(self):
        self.quiet = None  # gives an async context without UART traffic to lose
        self.saved = None  # called after a background save, to look for what was lost while flash was written
        self.factory = {}
        self.data = {}
        self.sequence = 0
        self.newer = 0  # which file holds the present state, but for its changes
        self.crc = None  # of that file; None: the next save must write a whole one
        self.changed = set()  # keys that differ from it
        self._signal = Signal()
        self.dirty = False
        self.writes = 0

    def get(self, key):
        """The value of a key of the schema. Lists are never changed in place: `set` a new one."""
        value = self.data.get(key)
        return self.factory[key] if value is None else value

    def set(self, key, value, lazy=False):
        """Change a value; it is kept with the next commit. `lazy`: not worth a commit of its own."""
        if value == self.get(key):
            return
        self.changed.add(key)
        if value == self.factory[key]:
            del self.data[key]
        else:
            self.data[key] = value
        if not lazy:
            self.dirty = True

    def erase(self):
        """Back to the factory: every key, known or not."""
        self.data = {}
        self.crc = None
        self.dirty = True

    def snapshot(self):
        """A copy to `restore` when a change is not to be."""
        return dict(self.data), self.dirty

    def restore(self, snapshot):
        """Undo everything since the snapshot."""
        self.data, self.dirty = snapshot

    # -- files ---------------------------------------------------------------------------------------------------

    def commit(self):
        """Write now; only inside `quiet`. Deafens the UART for 45 ms and more. Raises OSError when flash fails."""
        sequence = self.sequence + 1
        body = _body(dict(self.data), sequence)
        changes = None
        if len(body) > _SMALL and self.crc is not None:
            changes = _body({key: self.data.get(key) for key in self.changed}, sequence, self.crc)
        if changes and len(changes) <= _SMALL:
            _write(CHANGES[sequence & 1], changes)
        else:
            target = 1 - self.newer
            crc = _write(FILES[target], body)
            if self.crc is None:
                _forget_changes()
            self.crc = crc
            self.newer = target
            self.changed = set()
        self.sequence = sequence
        self.dirty = False
        self.writes += 1

    def save_soon(self):
        """Have the background task commit what changed, as soon as no reply of the modem is awaited."""
        if self.dirty:
            self._signal.set()

    async def run(self):
        """The store's task: saves in the background."""
        while True:
            beat("store")
            await self._signal.wait(IDLE_MS)
            if self.dirty:
                await self.save()

    async def save(self):
        """Commit in quiet, then look for what the UART lost meanwhile."""
        async with self.quiet():
            if not self.dirty:
                return
            self.commit()
        self.saved()


def _body(state, sequence, on=None):
    """A file's text without its seal."""
    state["v"] = VERSION
    state["seq"] = sequence
    if on is not None:
        state["on"] = on
    return json.dumps(state)[:-1].encode()


def _write(name, body):
    """Write and seal a file; its CRC."""
    crc = binascii.crc32(body)
    with open(name, "wb") as file:
        file.write(body)
        file.write(b"%s%d}" % (SEAL.encode(), crc))
    return crc


def _forget_changes():
    for name in CHANGES:
        try:
            os.remove(name)
        except OSError:
            pass
