"""Tasks: supervised, with beats for the watchdog, and a Signal to sleep on.

`Signal` is a wait with a time limit that costs no allocation: the task sleeps in the queue of the loop, and `set` moves it
to the head, as cancelling does.
"""

import asyncio
from asyncio import core

import clock
from clock import ticks_add, ticks_ms
from micropython import const

IDLE_MS = 120000  # how long a task sleeps that has nothing to do but to show its beat
_SILENCE_S = const(300)  # a task that shows no beat for so long is hung; above every time limit of the modem
_MOST_FAILURES = const(5)  # of one task within _FAILURES_S restart the board (R15.4)
_FAILURES_S = const(600)
_SET, _TIME_OUT = StopIteration(True), StopIteration(False)  # results of a wait, made once
_beats = {}  # name -> uptime of the last beat
_failures = {}  # name -> uptimes of its latest failures
on_failure = None  # (name, error): notes one of our own mistakes
failing = None  # the name of a task that fails again and again


class Signal:
    """Something that one task waits for and others set. Setting it while nobody waits is remembered.

    `await signal.wait(ms)` gives True as soon as it is set, False after `ms` (at most an hour), and clears it. A task that
    waits is never cancelled.
    """

    def __init__(self):
        self.is_set = False
        self._sleeper = None
        self._ms = 0

    def set(self):
        """Wake the waiting task, or the next one that waits."""
        self.is_set = True
        task = self._sleeper
        if task is not None:
            self._sleeper = None
            core._task_queue.remove(task)
            core._task_queue.push(task)

    def wait(self, ms):
        """To be awaited at once."""
        self._ms = ms if ms < 3600000 else 3600000
        return self

    def __iter__(self):
        return self

    def __next__(self):
        ms, self._ms = self._ms, 0
        if ms > 0 and not self.is_set:
            self._sleeper = core.cur_task
            core._task_queue.push(core.cur_task, ticks_add(ticks_ms(), ms))
            return
        self._sleeper = None
        was_set, self.is_set = self.is_set, False
        result = _SET if was_set else _TIME_OUT
        result.__traceback__ = None
        raise result


sleep = asyncio.sleep


def beat(name):
    """Show that the task of this name has done its work."""
    _beats[name] = clock.uptime()


def hung():
    """The names of the tasks without a recent beat; the watchdog is fed only while there are none."""
    oldest = clock.uptime() - _SILENCE_S
    return [name for name, last in _beats.items() if last < oldest]


def supervise(name, run, watched=True):
    """Start `run()` as a task that is started again when it fails or ends; a watched one must `beat`."""
    if watched:
        beat(name)
    return asyncio.create_task(_keep_running(name, run))


async def _keep_running(name, run):
    while True:
        try:
            await run()
        except Exception as error:  # ours: noted with a traceback, and the task goes on
            on_failure(name, error)
            _count_failure(name)
        await asyncio.sleep(1)


def _count_failure(name):
    global failing
    now = clock.uptime()
    times = [at for at in _failures.get(name, ()) if now - at < _FAILURES_S] + [now]
    _failures[name] = times
    if len(times) >= _MOST_FAILURES:
        failing = name


def guard(name, coroutine):
    """Run a coroutine once, as a task of its own; a failure is noted and counted."""
    return asyncio.create_task(_guarded(name, coroutine))


async def _guarded(name, coroutine):
    try:
        await coroutine
    except Exception as error:
        on_failure(name, error)
        _count_failure(name)


async def follow(flag, signal):
    """Set `signal` whenever the ThreadSafeFlag `flag` is set, as an interrupt does."""
    while True:
        await flag.wait()
        signal.set()
