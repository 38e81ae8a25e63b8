"""Where SPEC leaves open what happens, the model becomes several: each is a world, and what is seen decides which ones live on."""

import copy

MOST = 300


class TooMany(Exception):
    """More worlds than can be followed: this life cannot be judged any further."""


class Chooser:
    """Follows a script of choices, then takes the first of each; remembers how many there were."""

    def __init__(self, script=()):
        self.script = list(script)
        self.taken = []

    def __call__(self, options):
        at = len(self.taken)
        choice = self.script[at] if at < len(self.script) else 0
        self.taken.append((choice, len(options)))
        return options[choice]


def explore(device, act):
    """Every device that `act(device)` may lead to."""
    scripts = [[]]
    while scripts:
        script = scripts.pop()
        one = copy.deepcopy(device)
        one.pick = Chooser(script)
        act(one)
        taken, one.pick = one.pick.taken, None
        for at in range(len(script), len(taken)):
            before = [choice for choice, _ in taken[:at]]
            scripts += [[*before, choice] for choice in range(1, taken[at][1])]
        yield one


class Worlds:
    """All devices that fit what was seen until now."""

    def __init__(self, device):
        self.devices = [device]

    def apply(self, act):
        """Let it happen in all of them."""
        found = {}
        for device in self.devices:
            for one in explore(device, act):
                found.setdefault(one.key(), one)
                if len(found) > MOST:
                    raise TooMany
        self.devices = list(found.values())

    def split(self, *acts):
        """Any of these may have happened."""
        before, found = self.devices, {}
        for act in acts:
            self.devices = before
            self.apply(act)
            found.update({one.key(): one for one in self.devices})
        self.devices = list(found.values())
        if len(found) > MOST:
            raise TooMany

    def waits(self, now):
        """The latest end of a window in which something may or may not have happened, or None."""
        return max((hi for one in self.devices for _, lo, hi in one.timers() if lo <= now <= hi), default=None)

    def see(self, judge):
        """judge(device): None if it fits what was seen, else what is wrong. The wrongs of all if none fits, else []."""
        verdicts = [(judge(one), one) for one in self.devices]
        fitting = [one for wrong, one in verdicts if wrong is None]
        if not fitting:
            return [wrong for wrong, _ in verdicts]
        for one in fitting:
            one.settled()
        self.devices = list({one.key(): one for one in fitting}.values())
        return []
