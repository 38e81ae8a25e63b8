"""Runs before `main`: finishes an update that `tools/flash.py` has put into `update/`.

`update/ready` appears when everything is there, and lists what to do: `path` moves `update/path` into place, `-path` removes a
file that is no longer part of the firmware. A power cut in between leaves the list, so the next start does the rest: the board
runs the old firmware or the new one, never a mixture. The list of what is installed, `installed.json`, moves with it.
"""

import machine

_dog = machine.WDT(timeout=8000)  # first: a main.py that is missing or cut must end in a restart, not in a dead prompt

import os

_MARK = "update/started"


def _finish():
    try:
        open(_MARK, "w").close()  # a write first: after a rename that was cut, littlefs shows no next entry until then
    except OSError:  # no such folder, no update, nothing written
        return
    try:
        with open("update/ready") as file:
            rows = file.read().split("\n")
    except OSError:
        rows = ()
    for row in rows:
        _dog.feed()
        if row[:1] == "-":
            _try(os.remove, row[1:])
        else:
            _try(os.rename, "update/" + row, row)
    if rows:
        os.remove("update/ready")
        print("update finished,", len(rows), "files")
    os.remove(_MARK)
    for name in os.listdir("update"):
        if "." not in name:  # a folder; littlefs would remove files too
            _try(os.rmdir, "update/" + name)
    _try(os.rmdir, "update")


def _try(act, *paths):
    try:
        act(*paths)
    except OSError:  # done before the power failed; or a folder that is not empty, of an update that is not ready
        pass


_finish()
