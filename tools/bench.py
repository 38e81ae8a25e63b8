"""The budgets of time and memory beside what the virtual board, which charges for work, makes of them; 1 when one is missed.

`uv run python -m tools.bench`; `--form mpy` or `frozen`: one form of the files alone; `--long`: a month and 1000 commands too;
`--year`: a year in a family's cabin instead.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from tools.simulator.board import firmware, memory32
from tools.simulator.board.board import share_core
from tools.simulator.box import DAY, HOUR, MINUTE, Box

FORMS = ("mpy", "frozen")
BUDGETS = {  # what: (.mpy, frozen)
    "heap in use, everything of the manual on, KB": (120, 70),
    "heap in use, all of chapter 20 on, KB": (128, 76),
    "boot to relay restored, ms": (600, 300),
    "boot to first AT, ms": (2000, 600),
    "+CMTI to relay edge, median ms": (30, 25),
    "+CMTI to relay edge, worst without an erase, ms": (45, 40),
    "+CMTI to reply submitted, median ms": (100, 80),
    "call to relay edge, ms": (100, 60),
    "lost +CMTI: text found within, s": (10, 10),
    "flash erases, programs in an idle day": (0, 0),
    "flash erases for a command, to its reply": (1, 1),
    "flash programs for a command, to its reply": (2, 2),
    "flash erases for a command, on average": (1, 1),
    "flash programs for a command, on average": (2, 2),
    "longest stretch without giving the loop back, ms": (200, 200),
    "a virtual day, s of processor": (3, 3),
}
ROUNDS = 24
CHAPTER_20 = (
    "HYSTERESIS=1C", "FROSTGUARD=5C", "SMSLIMIT=90", "POWERDELAY=20", "ID=Cabin", "HEARTBEAT=7", "FORWARD=ON",
    "TEMPOFFSET=-1.5C", "TFASTALERT=5C/30", "KEEPALIVE=60", "SCHEDULER+08:00,1-5,SOT=21C", "SECNUMBER+35891234567,USER",
)  # fmt: skip
_KB_OF_64 = 1.75  # bytes of heap with words of 64 bits for one with words of 32


class Bench:
    """The boxes of one form, and what was measured."""

    def __init__(self, form):
        self.form = form
        self.found: dict[str, float] = {}
        self.stretches = []

    def box(self, at_once=True, **how):
        """A box; `at_once`: its modem answers at once."""
        box = Box(form=self.form, **how)
        if at_once:
            box.modem.delay_ms = 0
            box.modem.delays = {}
        return box

    def close(self, box):
        """End it and keep what it did."""
        self.stretches += box.board.stretches
        box.close()

    # -- the measurements ----------------------------------------------------------------------------------------

    def boot(self):
        """From power to the relay as it was, and to the first AT."""
        box = self.box(at_once=False).on()
        box.boss.asks("ON")
        box.cut_power()
        box.run(1000)
        first = []
        box.line.trace = lambda way, octets: first.append(box.world.now) if way == ">" and b"AT" in octets else None
        start = box.world.now
        box.on(ready=False)
        box.run(6000)
        relay = [at for at, on in box.relay.moves(start) if on]
        self.found["boot to relay restored, ms"] = relay[0] - start
        self.found["boot to first AT, ms"] = first[0] - start
        self.close(box)

    def text(self):
        """Last byte of +CMTI to the relay's edge and to the submit of the reply, at 115200 baud; and flash writes."""
        box = self.box().on()
        for text in (
            "MAKEMEBOSS",
            "SECNUMBER+358400000001",
            "SECNUMBER+358400000002",
            "SCHEDULER+08:00,*,ON",
            "RESTARTTIME=30",
        ):
            box.boss.asks(text)
        rounds = [self._round(box, "OFF" if number % 2 else "ON") for number in range(ROUNDS)]
        edges = [edge for edge, *_ in rounds]
        self.found["+CMTI to relay edge, median ms"] = statistics.median(edges)
        self.found["+CMTI to relay edge, worst without an erase, ms"] = max(
            edge for edge, _, written, _ in rounds if not written[0]
        )
        self.found["+CMTI to reply submitted, median ms"] = statistics.median(submit for _, submit, *_ in rounds)
        others = [self._flash(box, text) for text in ("ON30", "RESTART", "STATUS", "RESTARTTIME=7", "ALARMON", "ALARMOFF")]
        self.found["flash erases for a command, to its reply"] = max(written[0] for *_, written, _ in rounds + others)
        self.found["flash programs for a command, to its reply"] = max(written[1] for *_, written, _ in rounds + others)
        for i, what in enumerate(("erases", "programs")):
            self.found[f"flash {what} for a command, on average"] = round(statistics.mean(later[i] for *_, later in rounds), 1)
        self.close(box)

    def _round(self, box, text):
        notice, submit = [], []
        box.line.watch = lambda octets: notice.append(box.world.now) if b"+CMTI" in octets else None
        box.line.trace = lambda way, octets: submit.append(box.world.now) if octets.endswith(b"\x1a") else None
        moves = len(box.relay.moves())
        written = self._flash(box, text)
        edge = box.relay.moves()[moves][0]
        return edge - notice[0], submit[0] - notice[0], *written

    def _flash(self, box, text):
        """(erases, programs) until the reply is there, and with the minute after it."""
        before = box.board.erases, box.board.programs
        found = []
        for act in (lambda: box.boss.asks(text), lambda: box.run(MINUTE)):
            act()
            found.append((box.board.erases - before[0], box.board.programs - before[1]))
        return found

    def call(self):
        """End of +CLIP to the relay's edge."""
        box = self.box().on()
        box.boss.asks("MAKEMEBOSS")
        box.boss.asks("RING=SWITCH")
        waits = []
        for _ in range(5):
            clip = []
            box.line.watch = lambda octets, clip=clip: clip.append(box.world.now) if b"+CLIP" in octets else None
            moves = len(box.relay.moves())
            call = box.boss.phone.call()
            box.run(MINUTE, lambda call=call: call.state == "ended")
            box.run(MINUTE)
            waits.append(box.relay.moves()[moves][0] - clip[0])
        self.found["call to relay edge, ms"] = statistics.median(waits)
        self.close(box)

    def lost_notice(self):
        """A text whose notice never came, to its effect."""
        box = self.box().on()
        waits = []
        for number in range(6):
            box.run(13_000 + 1700 * number)
            box.modem.lose_cmti = 1
            moves = len(box.relay.moves())
            box.boss.texts("OFF" if number % 2 else "ON")
            box.run(MINUTE, lambda: bool(box.modem.store))
            arrived = box.world.now
            box.run(3 * MINUTE, lambda moves=moves: len(box.relay.moves()) > moves)
            waits.append(box.world.now - arrived)
            box.run(MINUTE)
        self.found["lost +CMTI: text found within, s"] = round(max(waits) / 1000)
        self.close(box)

    def idle(self, days=3):
        """Nothing happens for days."""
        box = self.box(at_once=False).on()
        box.boss.asks("MAKEMEBOSS")
        box.run(10 * MINUTE)
        before = box.board.programs + box.board.erases
        start = _processor_s(box)
        box.run(days * DAY)
        self.found["a virtual day, s of processor"] = round((_processor_s(box) - start) / days, 2)
        self.found["flash erases, programs in an idle day"] = (box.board.programs + box.board.erases - before) / days
        self.close(box)

    def heap(self):
        """What the WebAssembly port says of the parts, and what the unix port says that chapter 20 adds."""
        base = memory32.pico_heap(self.form)
        if base is None:
            return
        box = self.box().on()
        box.boss.asks("MAKEMEBOSS")
        box.run(2 * MINUTE)
        before = box.heap()
        for text in CHAPTER_20:
            box.boss.asks(text)
        box.run(3 * HOUR)
        added = max(box.heap() - before, 0) / _KB_OF_64
        self.found["heap in use, everything of the manual on, KB"] = round(base / 1024, 1)
        self.found["heap in use, all of chapter 20 on, KB"] = round((base + added) / 1024, 1)
        self.close(box)

    def measure(self):
        """All of it."""
        for part in (self.heap, self.boot, self.text, self.call, self.lost_notice, self.idle):
            part()
        usual = [stretch.ms for stretch in self.stretches if stretch.kind == "task"]
        self.found["longest stretch without giving the loop back, ms"] = max(usual, default=0)
        return self


def _processor_s(box) -> float:
    """Seconds of processor, of this process and the board's; of the clock where that is not known."""
    try:
        fields = Path(f"/proc/{box.board.processor}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / 100


# -- the report --------------------------------------------------------------------------------------------------


def report(benches) -> int:
    """Print the table and the longest stretches. The number of budgets that were missed."""
    print(f"\n| {'what':<52} |" + "".join(f" {bench.form:>8} | {'budget':>6} |" for bench in benches))
    print(f"| {'-' * 52} |" + f" {'-' * 8} | {'-' * 6} |" * len(benches))
    missed = 0
    for what, budgets in BUDGETS.items():
        line = f"| {what:<52} |"
        for bench in benches:
            budget = budgets[FORMS.index(bench.form)]
            value = bench.found.get(what)
            over = value is not None and value > budget
            missed += over
            line += f" {('' if value is None else f'{value:g}') + ('!' if over else ' '):>8} | {budget:>6} |"
        print(line)
    for bench in benches:
        print(f"\nThe longest stretches, {bench.form}:")
        _print_stretches(bench.stretches)
    return missed


def _print_stretches(stretches):
    """The ten longest that differ in what they did."""
    seen = {}
    for stretch in sorted(stretches, key=lambda stretch: -stretch.ms):
        seen.setdefault((stretch.kind, stretch.pieces[:2] and stretch.pieces[0][0], len(stretch.pieces)), stretch)
    for stretch in list(seen.values())[:10]:
        print(f"  {stretch.kind:<5} {stretch}")
    if not seen:
        print("  none above 100 ms")


def size():
    """What goes onto the board."""
    files = list(firmware.compiled().rglob("*.mpy"))
    print(f"firmware as .mpy: {len(files)} files, {sum(path.stat().st_size for path in files):,} bytes")


def long_run(days=30):
    """1000 commands, then 30 days with a command an hour: all answered, heap flat."""
    box = Box().on()
    texts = ("ON", "STATUS", "OFF30", "RESTARTTIME=7", "HELP", "SECNUMBER+358401234", "SECNUMBER-358401234", "NONSENSE")
    heaps, start, answered = [box.heap()], time.monotonic(), 0
    for number in range(1000):
        box.boss.asks(texts[number % len(texts)])
    heaps.append(box.heap())
    for hour in range(24 * days):
        answered += bool(box.boss.asks(("STATUS", "ON", "OFF", "ON30", "TEMPERATURE", "RESTARTTIME?")[hour % 6]))
        box.run(HOUR)
    heaps.append(box.heap())
    print(f"{days} days, a command an hour: {answered} of {24 * days} answered; {time.monotonic() - start:.0f} s for it")
    print("heap, unix port, after boot, 1000 commands, the month: " + ", ".join(f"{heap:,}" for heap in heaps))
    box.close()


def main(argv=None) -> int:
    """Print the tables. 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--form", choices=FORMS, help="one form of the files alone")
    parser.add_argument("--long", action="store_true", help="a month and 1000 commands too")
    parser.add_argument("--year", action="store_true", help="a virtual year in a family's cabin instead")
    options = parser.parse_args(argv)
    share_core()
    if options.year:
        from tools.simulator.room import year

        year.report()
        return 0
    size()
    missed = report([Bench(form).measure() for form in ([options.form] if options.form else FORMS)])
    if options.long:
        long_run()
    print(f"\n{missed} budgets missed" if missed else "\nevery budget is kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
