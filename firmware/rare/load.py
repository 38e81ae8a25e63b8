"""Reading the settings store at the start (R16): the newest sound file with its changes, else the other, else the factory."""

import binascii
import json

from log import log
from storage import CHANGES, FILES, SEAL, VERSION

from rare.schema import sound


def _from_0(data):
    """Version 0, a plain settings file without seal or sequence, as people write by hand for --settings restore."""
    return {key.upper() if key.isalpha() else key: value for key, value in data.items()}


_MIGRATIONS = (_from_0,)  # row n makes version n + 1 of version n


def load(store, schema):
    """Fill the store. Damage falls back to the other file, then to factory values, with a line in the log.

    schema: {key: (factory value, check(value))}; what the file holds beyond it is kept.
    """
    store.factory = {key: row[0] for key, row in schema.items()}
    newest = _newest(FILES)
    if newest is None:
        return
    store.sequence, store.newer, state, crc = newest
    if state.get("v") == VERSION:
        store.crc = crc
        newest = _newest(CHANGES, crc)
        if newest:
            store.sequence, changes = newest[0], newest[2]
            for key in ("v", "on"):
                changes.pop(key, None)
            store.changed.update(changes)
            state.update(changes)  # a null is a key back at its factory value
    _adopt(store, state, schema)


def _adopt(store, state, schema):
    version = state.pop("v", 0)
    for migrate in _MIGRATIONS[version if 0 <= version < VERSION else VERSION :]:
        state = migrate(state)
    for key, value in state.items():
        row = schema.get(key)
        if value is None:
            continue
        if row is None or sound(row[1], value):
            store.data[key] = value
        else:
            log("settings:", key, "damaged, factory value")


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
        place = text.rfind(SEAL)
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
