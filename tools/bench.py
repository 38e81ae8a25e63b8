"""Budgets of DESIGN.md, measured: counts and virtual time, never real time as a verdict. `uv run python -m tools.bench`."""

import argparse
import statistics
import time

from tools.simulator.board import firmware, memory32
from tools.simulator.board.board import share_core
from tools.simulator.box import DAY, HOUR, MINUTE, RELAY, Box

LATENCY_ROUNDS = 40


def _row(name, value, budget=""):
    print(f"| {name:<58} | {value:>22} | {budget:<12} |", flush=True)


def _head(title):
    print(f"\n| {title:<58} | {'measured':>22} | {'budget':<12} |\n| {'-' * 58} | {'-' * 22} | {'-' * 12} |", flush=True)


def size():
    """What goes onto the board."""
    files = list(firmware.compiled().rglob("*.mpy"))
    _row("firmware as .mpy, files", len(files))
    _row("firmware as .mpy, bytes", f"{sum(path.stat().st_size for path in files):,}")


def boot():
    """From power to the first AT command, at a fixed speed."""
    box = Box()
    first = []
    box.line.trace = lambda way, octets: first.append(box.world.now) if way == ">" and b"AT" in octets else None
    box.on(ready=False)
    box.run(5000, lambda: bool(first))
    box.close()
    _row("boot to first AT command, virtual ms", first[0], "2000")


def latency():
    """Last byte of +CMTI to the relay's edge and to the submit of the reply; modem answering at once, 115200 baud."""
    family = [f"SECNUMBER+35840000000{number}" for number in range(2)] + ["SCHEDULER+08:00,*,ON", "RESTARTTIME=30"]
    _latency("three numbers, a rule", ["MAKEMEBOSS", *family], "60")
    _latency("20 numbers", [f"SECNUMBER+35840000000{n};ALERTNUMBER+35840000000{n}" for n in range(10)], "60")


def _latency(title, settings, budget):
    box = Box()
    box.modem.delay_ms = 0
    box.modem.delays = {}
    box.on()
    for text in settings:
        box.boss.asks(text)
    notice, edge, submit = [], [], []
    box.line.watch = lambda octets: notice.append(box.world.now) if b"+CMTI" in octets else None
    box.pin_hooks.append(lambda gpio, level, at: edge.append(at) if gpio == RELAY else None)
    box.line.trace = lambda way, octets: submit.append(box.world.now) if octets.endswith(b"\x1a") else None
    for number in range(LATENCY_ROUNDS):
        box.boss.asks("OFF" if number % 2 else "ON")
        box.run(MINUTE)
    box.close()
    edges = [at - begin for begin, at in zip(notice, edge, strict=True)]
    submits = [at - begin for begin, at in zip(notice, submit, strict=True)]
    _row(f"+CMTI to relay edge, {title}: worst, median ms", f"{max(edges)}, {statistics.median(edges):.0f}", budget)
    _row(f"+CMTI to submit of the reply, {title}: worst, median ms", f"{max(submits)}, {statistics.median(submits):.0f}")


def flash():
    """Writes and erases for a command and for an idle day."""
    box = Box().on()
    box.boss.asks("MAKEMEBOSS")
    box.run(MINUTE)
    for text in ("ON", "ON30", "STATUS", "RESTARTTIME=7"):
        before = box.board.programs, box.board.erases
        box.boss.asks(text)
        box.run(MINUTE)
        _row(f"flash programs, erases for {text}", f"{box.board.programs - before[0]}, {box.board.erases - before[1]}")
    before = box.board.programs + box.board.erases
    box.run(DAY)
    _row("flash programs and erases, idle day", box.board.programs + box.board.erases - before, "0")
    box.close()


def heap(commands=1000):
    """Heap in use after boot and after many commands (64-bit), and what a 32-bit MicroPython makes of the same files."""
    box = Box().on()
    box.run(2 * MINUTE)
    shim = memory32.shim_heap()
    _row("heap after boot, 64-bit unix port, bytes", f"{box.heap() - shim:,}")
    texts = ("ON", "STATUS", "OFF30", "RESTARTTIME=7", "HELP", "SECNUMBER+358401234", "SECNUMBER-358401234", "NONSENSE")
    for number in range(commands):
        box.boss.asks(texts[number % len(texts)])
    _row(f"heap after {commands} commands, 64-bit unix port, bytes", f"{box.heap() - shim:,}")
    box.close()
    small = memory32.heap_32bit()
    if small is None:
        _row("heap of the parts, 32-bit", "needs node and npm", "81,920")
    else:
        _row("heap, everything built and once used, 32-bit WebAssembly port, bytes", f"{small:,}", "81,920")


def speed():
    """Virtual days a second, idle; and a month with a command an hour."""
    box = Box().on()
    start = time.monotonic()
    box.run(10 * DAY)
    elapsed = time.monotonic() - start
    _row("idle: virtual days a second of real time", f"{10 / elapsed:.2f}", "0.5")
    box.close()


def month(days=30):
    """30 days with a command an hour: all answered, heap flat."""
    box = Box().on()
    start = time.monotonic()
    heaps, answered = [], 0
    texts = ("STATUS", "ON", "OFF", "ON30", "TEMPERATURE", "RESTARTTIME?")
    for day in range(days):
        for hour in range(24):
            answered += bool(box.boss.asks(texts[(day * 24 + hour) % len(texts)]))
            box.run(HOUR)
        heaps.append(box.heap())
    _row(f"{days} days, a command an hour: sent, answered", f"{days * 24}, {answered}")
    _row("heap after the first and the last day, 64-bit, bytes", f"{heaps[0]:,}, {heaps[-1]:,}", "flat")
    _row("real seconds for it", f"{time.monotonic() - start:.0f}")
    box.close()


def main(argv=None):
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--year", action="store_true", help="a virtual year in a family's cabin instead")
    options = parser.parse_args(argv)
    share_core()
    if options.year:
        from tools.simulator.room import year

        year.report()
        return
    _head("TextSocket")
    for part in (size, boot, latency, flash, heap, speed, month):
        part()


if __name__ == "__main__":
    main()
