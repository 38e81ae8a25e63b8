"""Parts of long messages until all of them are there, in any order, also twice (R1.10). At most one unfinished message a
sender and four in all: the oldest gives way. Parts that wait keep nobody waiting."""

import clock
from log import log
from micropython import const

from sms.pdu import Deliver

_MOST_PARTS = const(8)
_MOST_GROUPS = const(4)
_LONELY_S = const(600)  # a part that stays alone for so long is given up


class Parts:
    """doom(entry): deletes an entry of the inbox."""

    def __init__(self, doom):
        self._doom = doom
        self._groups = {}  # sender -> (reference, total, uptime, {number: entry}, {number: Deliver})

    def join(self, entry):
        """Keep a part. (all entries, the whole Deliver) once the last one is there, else (None, None)."""
        deliver = entry.deliver
        reference, total, number = deliver.part
        if total > _MOST_PARTS:
            log("message of", total, "parts dropped, from", deliver.sender)
            self._doom(entry)
            return None, None
        group = self._group(deliver.sender, reference, total)
        entries, delivers = group[3], group[4]
        if number in entries and entries[number] is not entry:  # it came twice
            self._doom(entries[number])
        entries[number], delivers[number] = entry, deliver
        if len(entries) < total:
            return None, None
        del self._groups[deliver.sender]
        text = "".join([delivers[each].text for each in sorted(delivers)])
        first = delivers[1]
        whole = Deliver(first.sender, first.named, first.time, first.zone, text, None, False)
        return [entries[each] for each in sorted(entries)], whole

    def _group(self, sender, reference, total):
        group = self._groups.get(sender)
        if group and group[:2] == (reference, total):
            return group
        if group:
            self._give_up(sender, "another came")
        elif len(self._groups) >= _MOST_GROUPS:
            self._give_up(min(self._groups, key=lambda name: self._groups[name][2]), "too many at once")
        group = self._groups[sender] = (reference, total, clock.uptime(), {}, {})
        return group

    def _give_up(self, sender, why):
        log("message with missing parts dropped,", why + ", from", sender)
        for entry in self._groups.pop(sender)[3].values():
            self._doom(entry)

    def lonely(self):
        """True when parts have waited for too long."""
        return any([clock.uptime() - group[2] >= _LONELY_S for group in self._groups.values()])

    def give_up_lonely(self):
        """Give up what has waited for 10 minutes."""
        for sender, group in list(self._groups.items()):
            if clock.uptime() - group[2] >= _LONELY_S:
                self._give_up(sender, "it stayed alone")

    def forget(self, entry):
        """The entry is no longer on the SIM."""
        for sender, group in list(self._groups.items()):
            if any([other is entry for other in group[3].values()]):
                self._groups[sender] = group[:3] + tuple(
                    [{k: v for k, v in rows.items() if group[3][k] is not entry} for rows in group[3:]]
                )
