"""Parts of long messages until all of them are there, in any order, also twice (R1.10).

`inbox.parts` holds them: (sender, reference, total) -> (uptime, {number: (index, Deliver)}), the index None for a part that
was never stored on the SIM.
"""

import clock
from log import log
from micropython import const
from pdu import Deliver

_MOST_GROUPS = const(4)  # long messages under way at once
_LONELY_S = const(600)  # a part that stays alone for so long is given up


async def join(inbox, index, deliver):
    """Keep a part; deliver the whole message once it is there."""
    groups = inbox.parts
    key = (deliver.sender, deliver.part[0], deliver.part[1])
    if key not in groups:
        if len(groups) >= _MOST_GROUPS:
            _give_up(inbox, min(groups, key=lambda name: groups[name][0]))
        groups[key] = (clock.uptime(), {})
    parts = groups[key][1]
    if deliver.part[2] in parts:  # it came twice
        inbox.doom(parts[deliver.part[2]][0])
    parts[deliver.part[2]] = (index, deliver)
    if len(parts) == deliver.part[1]:
        del groups[key]
        rows = [parts[number] for number in sorted(parts)]
        text = "".join([part.text for _, part in rows])
        first = rows[0][1]
        await inbox.deliver([row[0] for row in rows], Deliver(first.sender, first.time, first.zone, text, None, False))


def give_up_lonely(inbox):
    """Give up what has waited for 10 minutes."""
    for key, (since, _) in list(inbox.parts.items()):
        if clock.uptime() - since >= _LONELY_S:
            log("part of a message stayed alone, from", key[0])
            _give_up(inbox, key)


def _give_up(inbox, key):
    for index, _ in inbox.parts.pop(key)[1].values():
        inbox.doom(index)
