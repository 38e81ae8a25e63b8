"""Parts of long messages until all of them are there, in any order, also twice (R1.10)."""

import clock
from log import log
from micropython import const

_MOST_GROUPS = const(4)  # long messages under way at once
_LONELY_S = const(600)  # a part that stays alone for so long is given up


class Parts:
    """Messages of which some parts are there. Indexes are those of the SIM, None for parts that were never stored."""

    def __init__(self):
        self._groups = {}  # (sender, reference, total) -> (uptime, {number: (index, Deliver)})

    def add(self, index, deliver):
        """Keep a part. ([(index, Deliver)] of the whole message in order, or None; indexes to delete)."""
        key = (deliver.sender, deliver.part[0], deliver.part[1])
        doomed = []
        if key not in self._groups:
            if len(self._groups) >= _MOST_GROUPS:
                doomed = self._forget(min(self._groups, key=lambda name: self._groups[name][0]))
            self._groups[key] = (clock.uptime(), {})
        parts = self._groups[key][1]
        if deliver.part[2] in parts:  # it came twice
            doomed.append(parts[deliver.part[2]][0])
        parts[deliver.part[2]] = (index, deliver)
        if len(parts) < deliver.part[1]:
            return None, doomed
        del self._groups[key]
        return [parts[number] for number in sorted(parts)], doomed

    def lonely(self):
        """Give up what has waited for 10 minutes; the indexes to delete."""
        doomed = []
        for key, (since, _) in list(self._groups.items()):
            if clock.uptime() - since >= _LONELY_S:
                log("part of a message stayed alone, from", key[0])
                doomed += self._forget(key)
        return doomed

    def _forget(self, key):
        return [index for index, _ in self._groups.pop(key)[1].values()]
