"""Power cuts and restarts at any point, with texts before, between and after."""

import itertools
import random

from tools.simulator.board.board import torn

from .bench import Bench

POINTS = {"flash": 12, "uart": 40, "ms": 6000}  # how many there are about while a text is executed
HOUR = 3_600_000


class Cuts(Bench):
    """Phases: the spans in which the board runs; a text is executed in one of those that end after its arrival."""

    unasked: list  # moments of restarts that nobody asked for

    def do_cut(self, texts, points, extra=None):
        """Power fails between the arrival and the reply, perhaps more than once. points: (kind, share, off ms, `power` or `watchdog`)."""
        rows = [(self.send(*row), row) for row in texts]
        if rows:
            self.run(rows[0][0] - self.now)
        begin, phases, moves = self.now, [], []
        for number, (kind, share, off, cause) in enumerate(points):
            if extra and not number:
                moves = [self._second(share, extra)]
            cause = cause if self.now - begin > 2500 and self._may_restart(cause) else "power"
            self._cut(kind, share, bool(rows), cause)
            phases.append((begin, self.now, cause))
            self.run(off)
            begin = self.now
            self._on_again(cause)
        done = max(self.take_in() if self._ready(points) else 0, self.now)
        self.worlds.split(*self._stories(rows, moves, [*phases, (begin, done, None)]))

    def _may_restart(self, cause):
        """R15.3: the third unasked restart within ten minutes is another story."""
        self.unasked = [at for at in self.unasked if self.now - at < 700_000]
        if cause == "watchdog" and len(self.unasked) < 2:
            self.unasked.append(self.now)
            return True
        return cause == "power"

    def _second(self, share, extra):
        """A second event shortly before the cut."""
        self.run(int(share * 7919) % 900)
        at = self.now
        event = {"press": self._press, "contact": self._move}[extra[0]](*extra[1:])
        # what was not saved: a press is lost, a contact's level stays
        lost = (lambda one: setattr(one, "contact", extra[1])) if extra[0] == "contact" else lambda one: None
        return (at, self.event_end), event, lost

    def _on_again(self, cause):
        if cause == "power":
            self.say("box.restart(ready=False)")
            self.box.restart(ready=False)
        else:
            self.say("box.board.power_on('watchdog')")
            self.box.board.power_on("watchdog")

    def _ready(self, points):
        self.say("box.wait_ready()")
        self.box.wait_ready()
        return True

    def _cut(self, kind, share, busy, cause):
        """Cut at a flash write, at a line on the UART, or after some ms."""
        box = self.box
        left = [int(share * (POINTS[kind] if busy else {"flash": 1, "uart": 3, "ms": 3000}[kind])) + 1]
        rng = random.Random(share)

        def point():
            left[0] -= 1
            return left[0] == 0

        if kind == "flash":
            box.board.on_flash = lambda what, length: torn(rng, length) if point() else None
        elif kind == "uart":
            box.line.trace = lambda *_: box.world.after(0, box.board.power_off) if point() else None
        number = left[0]
        self.run(number if kind == "ms" else 20_000, lambda: not box.board.running)
        box.board.on_flash, box.line.trace = lambda what, length: None, lambda *_: None
        at = self.now
        self.say(f"box.cut_power(modem_too={cause == 'power'})  # at {kind} point {number}")
        box.cut_power(modem_too=cause == "power")
        self.cuts.append(at)

    # -- what may have happened ----------------------------------------------------------------------------------

    def _stories(self, rows, moves, phases):
        """An act for every way in which texts and moves may be spread over the phases."""
        first = [next(i for i, phase in enumerate(phases) if arrival < phase[1] or phase[2] is None) for arrival, _ in rows]
        for places in itertools.product(*(range(at, len(phases)) for at in first)):
            if list(places) != sorted(places):
                continue
            early = sum(place == 0 for place in places)
            for cut in range(early + 1) if moves else (0,):
                yield self._story(rows, moves, phases, places, cut)
            if moves:
                yield self._story(rows, [(moves[0][0], moves[0][2])], phases, places, early)

    def _story(self, rows, moves, phases, places, cut):
        def act(one):
            for number, (begin, end, cause) in enumerate(phases):
                if number:
                    one.advance((begin, begin + 2000))
                    one.start("power" if phases[number - 1][2] == "power" else "reset")
                mine = [row for row, place in zip(rows, places, strict=True) if place == number]
                if moves and number == 0:
                    at, event = moves[0][:2]
                    self.hear(one, mine[:cut], at[1], begin)
                    one.advance((max(at[0], begin), max(at[1], begin)))
                    event(one)
                    mine = mine[cut:]
                self.hear(one, mine, end, begin)
                if cause:
                    one.advance((end, end))
                    one.halt()

        return act

    # -- dark ----------------------------------------------------------------------------------------------------

    def do_dark(self, texts, off, modem_too):
        """Texts arrive while the board is off."""
        self.say(f"box.cut_power(modem_too={modem_too})")
        self.box.cut_power(modem_too)
        at = self.now
        self.worlds.apply(lambda one: (one.advance((at, at)), one.halt()))
        rows = [(self.send(*row), row) for row in texts]
        self.run(off)
        begin = self.now
        self._on_again("power")
        self._ready(None)
        done = max(self.take_in(), begin)
        self.worlds.split(*(self._dark(kept, begin, done) for kept in self._kept(rows, begin, modem_too)))

    @staticmethod
    def _kept(rows, begin, modem_too):
        """R1.10: what is older than 24 h is deleted, by a clock that the network set (a modem that went on has it from the network: open)."""
        age = {row[0]: begin - row[0] for row in rows}
        yield [row for row in rows if age[row[0]] < 24 * HOUR + 120_000]
        if any(abs(age[row[0]] - 24 * HOUR) < 120_000 for row in rows):
            yield [row for row in rows if age[row[0]] < 24 * HOUR - 120_000]
        if not modem_too:
            yield rows

    def _dark(self, rows, begin, done):
        def act(one):
            one.advance((begin, begin + 2000))
            one.start("power")
            self.hear(one, rows, done, begin)

        return act
