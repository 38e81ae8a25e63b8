"""The settings store (R16): a dictionary with a schema, kept as two generations of one JSON file.

A save writes the older file; with a higher sequence number and a CRC it becomes the newer one. So power may fail at any
instant: the next boot finds the old or the new state.

Files below 512 bytes cost littlefs no erase, and an erase keeps the UART deaf for 45 ms. A store that has outgrown that is
saved as what changed since its file was written, in two generations as well, each naming by CRC the file it builds on.
"""

import binascii
import json
import os

from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat

_FILES = ("settings-a.json", "settings-b.json")
_CHANGES = ("changes-a.json", "changes-b.json")
_SMALL = const(490)  # bytes, with the seal behind them below 512
_VERSION = const(1)
_SEAL = ',"crc":'


def _from_0(data):
    """Version 0, a plain settings file without seal or sequence, as people write by hand for --settings restore."""
    return {key.upper() if key.isalpha() else key: value for key, value in data.items()}


_MIGRATIONS = (_from_0,)  # row n makes version n + 1 of version n


class Store:
    """Values by key. What equals the factory value is not kept; unknown keys are."""

    def __init__(self, quiet, saved):
        """quiet(): async context without UART traffic to lose; saved(): called after a background save, to look for what
        was lost while flash was written.
        """
        self._factory = {}
        self._quiet = quiet
        self._saved = saved
        self._data = {}
        self._sequence = 0
        self._newer = 0  # which file holds the present state, but for its changes
        self._crc = None  # of that file; None: the next save must write a whole one
        self._changed = set()  # keys that differ from it
        self._signal = Signal()
        self.dirty = False
        self.writes = 0

    def get(self, key):
        """The value of a key of the schema. Lists are never changed in place: `set` a new one."""
        value = self._data.get(key)
        return self._factory[key] if value is None else value

    def set(self, key, value, lazy=False):
        """Change a value; it is kept with the next commit. `lazy`: not worth a commit of its own."""
        if value == self.get(key):
            return
        self._changed.add(key)
        if value == self._factory[key]:
            del self._data[key]
        else:
            self._data[key] = value
        if not lazy:
            self.dirty = True

    def erase(self):
        """Back to the factory: every key, known or not."""
        self._data = {}
        self._crc = None
        self.dirty = True

    def snapshot(self):
        """A copy to `restore` when a change is not to be."""
        return dict(self._data), self.dirty

    def restore(self, snapshot):
        """Undo everything since the snapshot."""
        self._data, self.dirty = snapshot

    # -- files ---------------------------------------------------------------------------------------------------

    def load(self, schema):
        """Read the newest sound file. Damage falls back to the other one, then to factory values, with a line in the log.

        schema: {key: (factory value, check(value))}; the checks are needed here only.
        """
        self._factory = {key: row[0] for key, row in schema.items()}
        newest = _newest(_FILES)
        if newest is None:
            return
        self._sequence, self._newer, state, crc = newest
        if state.get("v") == _VERSION:
            self._crc = crc
            newest = _newest(_CHANGES, crc)
            if newest:
                self._sequence, changes = newest[0], newest[2]
                for key in ("v", "on"):
                    changes.pop(key, None)
                self._changed.update(changes)
                state.update(changes)  # a null is a key back at its factory value
        self._adopt(state, schema)

    def _adopt(self, state, schema):
        version = state.pop("v", 0)
        for migrate in _MIGRATIONS[version if 0 <= version < _VERSION else _VERSION :]:
            state = migrate(state)
        for key, value in state.items():
            row = schema.get(key)
            if value is None:
                continue
            if row is None or sound(row[1], value):
                self._data[key] = value
            else:
                log("settings:", key, "damaged, factory value")

    def commit(self):
        """Write now; only inside `quiet`. Deafens the UART for 45 ms and more. Raises OSError when flash fails."""
        sequence = self._sequence + 1
        body = _body(dict(self._data), sequence)
        changes = None
        if len(body) > _SMALL and self._crc is not None:
            changes = _body({key: self._data.get(key) for key in self._changed}, sequence, self._crc)
        if changes and len(changes) <= _SMALL:
            _write(_CHANGES[sequence & 1], changes)
        else:
            target = 1 - self._newer
            crc = _write(_FILES[target], body)
            if self._crc is None:
                _forget_changes()
            self._crc = crc
            self._newer = target
            self._changed = set()
        self._sequence = sequence
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
        async with self._quiet():
            if not self.dirty:
                return
            self.commit()
        self._saved()


def _body(state, sequence, on=None):
    """A file's text without its seal."""
    state["v"] = _VERSION
    state["seq"] = sequence
    if on is not None:
        state["on"] = on
    return json.dumps(state)[:-1].encode()


def _write(name, body):
    """Write and seal a file; its CRC."""
    crc = binascii.crc32(body)
    with open(name, "wb") as file:
        file.write(body)
        file.write(b"%s%d}" % (_SEAL.encode(), crc))
    return crc


def _forget_changes():
    for name in _CHANGES:
        try:
            os.remove(name)
        except OSError:
            pass


def _newest(names, on=None):
    """(sequence, which, dictionary, CRC) of the newest sound file (that builds on the file with this CRC), or None."""
    newest = None
    for number, name in enumerate(names):
        found = _read(name)
        if found is not None and (on is None or found[0].get("on") == on):
            state, crc = found
            sequence = state.pop("seq", 0)
            if newest is None or sequence > newest[0]:
                newest = (sequence, number, state, crc)
    return newest


def _read(name):
    """(dictionary, CRC) of a file, or None; a damaged one is logged."""
    try:
        with open(name, "rb") as file:
            text = file.read().decode()
    except OSError:
        return None
    except (ValueError, MemoryError):
        text = ""
    try:
        state = json.loads(text)
        if not isinstance(state, dict):
            raise ValueError
        place = text.rfind(_SEAL)
        crc = state.pop("crc", None)
        sealed = crc is not None and binascii.crc32(text[:place].encode()) == crc
        if sealed and isinstance(state["seq"], int) and isinstance(state["v"], int):
            return state, crc
        if crc is None and "v" not in state and "seq" not in state:
            return state, None  # written by hand: version 0
    except (ValueError, TypeError, KeyError, MemoryError, RuntimeError):  # RuntimeError: nested too deeply
        pass
    log("settings:", name, "damaged")
    return None


def sound(check, value):
    try:
        return bool(check(value))
    except Exception:  # a check meets whatever JSON can hold
        return False
