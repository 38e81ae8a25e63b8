"""What costs a Pico more the more there is of it: collections, JSON, checksums. The built-in functions with a charge."""

import binascii
import gc
import hashlib
import json
import sys

import work
from work import charge

_GC_US, _GC_US_BYTE = 2050, 0.153  # by the heap in use
_HEAP = {"bare": 0, "mpy": 24000, "frozen": 57000}  # of it: what is there anyway
_HEAP_BYTE = {"bare": 0, "mpy": 1.57, "frozen": 0}  # and by the bytes of the .mpy that are loaded


class _Module:
    """The built-in module, but for what is set here."""

    def __init__(self, original):
        for name in dir(original):
            setattr(self, name, getattr(original, name))


def _by_size(function, base, each, of_result=False):
    def charged(value, *rest, **named):
        result = function(value, *rest, **named)
        charge(min(base + each * len(result if of_result else value) // 10, 65000))
        return result

    return charged


def install(form):
    """Put them in place of the built-in ones."""
    sys.modules["gc"] = collector = _Module(gc)
    collector.collect = lambda: _collect(form)
    sys.modules["json"] = text = _Module(json)
    text.dumps = _by_size(json.dumps, 100, 29, True)
    text.loads = _by_size(json.loads, 100, 51)
    sys.modules["binascii"] = binary = _Module(binascii)
    binary.crc32 = _by_size(binascii.crc32, 8, 2)
    binary.unhexlify = _by_size(binascii.unhexlify, 10, 6)
    binary.hexlify = _by_size(binascii.hexlify, 10, 12)
    sys.modules["hashlib"] = hashes = _Module(hashlib)
    hashes.sha256 = _sha256


def _sha256(*octets):
    charge(400)
    return hashlib.sha256(*octets)


def _collect(form):
    """Collect, and charge for it."""
    gc.collect()
    # a guess that is the same every time, which the real number is not
    in_use = _HEAP[form] + _HEAP_BYTE[form] * sum([work.sizes.get(name, 0) for name in sys.modules])
    work.spend(int(_GC_US + _GC_US_BYTE * in_use), "gc.collect")
