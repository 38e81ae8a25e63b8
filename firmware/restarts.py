"""Why the board started, and how often nobody asked for it (R15.3): the last five restarts and the last traceback outlive a
restart in `restarts.json`.

A life that ends by a mistake, the watchdog or the health ladder counts; a power-on, a command, an update do not. The third such
end within 10 minutes makes the next start a safe one. How long a life lasted is noted at a few marks, and only when the one
before it ended so: a healthy board writes nothing but a line a start.
"""

import json

import clock
import hw
from log import failure, flush, log
from micropython import const

_FILE = "restarts.json"
_KEPT = const(5)
_WITHIN_S = const(600)
_MARKS_S = (30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600)
_TRACE = const(300)  # characters
_UNASKED = ("watchdog", "error", "hung", "failing", "modem")
SAFE_S = const(3600)  # of health end a safe start

started = "power"  # why this life began, in a word or two
count = 0  # restarts since the file began
safe = False  # this is a safe start (R15.3)
trace = ""  # the last traceback
rows = []  # [cause, seconds that the life before it lasted at least], newest last
trying = None  # fingerprint of the message that was being executed when the last life ended
_mark = 0


def begin():
    """Note this start; `safe` tells what kind it is."""
    global started, count, safe, trace, rows, trying
    state = _read()
    cause = state.get("why")
    started = cause if cause and hw.reset_cause() != "power" else hw.reset_cause()
    rows = (state.get("rows", []) + [[started, state.get("lived", 0)]])[-_KEPT:]
    count = state.get("count", 0) + 1
    trace, trying = state.get("trace", ""), state.get("trying")
    safe = _third(rows)
    _save()
    log("started,", started, "reset", "- safe start" if safe else "")


def unasked(row):
    """True for a restart that nobody asked for."""
    return row[0].split(" ")[0] in _UNASKED


def _third(rows):
    """True when the last three restarts were unasked and came within 10 minutes."""
    last = rows[-3:]
    return len(last) == 3 and all([unasked(row) for row in last]) and last[1][1] + last[2][1] < _WITHIN_S


def lived():
    """Seconds that the life before this one lasted at least."""
    return rows[-1][1] if rows else 0


def troubled():
    """True in a life that began by itself: what is tried now is noted first."""
    return bool(rows) and unasked(rows[-1])


def tick():
    """To be called now and then: notes how long this life has lasted, ends a safe start."""
    global _mark, safe
    now = clock.uptime()
    if safe and now >= SAFE_S:
        safe = False
        log("safe start: over")
    if troubled() and _mark < len(_MARKS_S) and now >= _MARKS_S[_mark]:
        while _mark < len(_MARKS_S) and now >= _MARKS_S[_mark]:
            _mark += 1
        _save()


def attempt(fingerprint):
    """Note the message that is executed now, in a life that began by itself."""
    global trying
    if troubled() and fingerprint != trying:
        trying = fingerprint
        _save()


def restart(why):
    """Restart the board; `why` is kept."""
    log("restart:", why)
    _save(why=why, lived=clock.uptime())
    flush()
    hw.reset()


def mistake(where, error):
    """One of our own mistakes: logged, its traceback kept for the next restart to save."""
    global trace
    trace = failure(where, error)[-_TRACE:]


def crash(where, error):
    """A mistake that ends this life: kept with its traceback, answered by a restart after a pause that grows."""
    mistake(where, error)
    recent = len([row for row in rows if unasked(row)])
    hw.pause(min(2 << recent, 60))
    restart("error in " + where)


def _read():
    try:
        with open(_FILE) as file:
            state = json.load(file)
        good = isinstance(state, dict) and all([isinstance(row, list) and len(row) == 2 for row in state["rows"]])
        return state if good else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _save(why=None, lived=None):
    """`lived`: seconds; by the latest mark where nothing better is known."""
    state = {"rows": rows, "count": count, "trace": trace, "trying": trying}
    state["lived"] = lived if lived is not None else _MARKS_S[_mark - 1] if _mark else 0
    if why:
        state["why"] = why
    try:
        with open(_FILE, "w") as file:
            json.dump(state, file)
    except OSError:
        pass  # what cannot be kept must not keep the board from working
