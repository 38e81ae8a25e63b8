"""Lets CPython import the firmware's pure parts: what MicroPython has and CPython has not is put beside it."""

import asyncio
import sys
import time
import types

from hypothesis import settings

from tests.conftest import ROOT

settings.register_profile("same", derandomize=True, deadline=None)  # the same cases everywhere
settings.load_profile("same")


def _module(name, **attributes):
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules[name] = module
    return module


sys.path.insert(0, str(ROOT / "firmware"))
_module("micropython", const=lambda value: value)
_module("machine", reset=None, WDT=None)
_module("board", NAME="UNIT", PINS=(), UART=0)
asyncio.core = _module("asyncio.core")
for _name in ("ticks_ms", "ticks_diff", "ticks_add", "sleep_ms"):
    setattr(time, _name, lambda *ticks: 0)
