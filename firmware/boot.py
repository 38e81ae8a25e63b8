"""Runs before `main`: finishes an update that `tools/flash.py` has put into `update/`.

`update/ready` appears when everything is there, and lists what to do: `path` moves `update/path` into place, `-path` removes a file
that is no longer part of the firmware. A power cut in between leaves the list, so the next start does the rest: the board
boots the old firmware or the new one, never a mixture. The list of the files that are installed, `installed.json`, moves with them.
"""

import os


def _finish():
    try:
        with open("update/ready") as file:
            rows = file.read().split("\n")
    except OSError:
        return
    for row in rows:
        try:
            if row[:1] == "-":
                os.remove(row[1:])
            else:
                os.rename("update/" + row, row)
        except OSError:  # done before the power failed
            pass
    os.remove("update/ready")
    print("update finished,", len(rows), "files")


_finish()
