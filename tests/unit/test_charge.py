"""The virtual board's time passes while the firmware computes, as a Pico's does."""

import pytest

from tools.simulator.board import firmware
from tools.simulator.board.instrument import Instrumented
from tools.simulator.box import MINUTE, Box

OFF_BY = 0.35  # at most, of what was measured on a Pico


def _program(tmp_path, text):
    path = tmp_path / "main.py"
    path.write_text('"""A program."""\n' + text)
    return path


@pytest.fixture
def run(tmp_path):
    """Runs a program on a virtual board for so long; the box."""
    boxes = []

    def act(text, ms=MINUTE):
        boxes.append(Box(files=firmware.program(_program(tmp_path, text)), form="bare"))
        boxes[-1].board.power_on()
        boxes[-1].run(ms)
        return boxes[-1]

    yield act
    for box in boxes:
        box.close()


def test_operations_cost_what_they_cost_on_a_pico(shared, run):
    rows = [line.split("\t") for line in (shared / "data/pico.tsv").read_text().splitlines()]
    wanted = {row[1]: float(row[2]) for row in rows if row[0] == "operation"}
    lines = run((shared / "examples/pico_costs.py").read_text(), 60 * MINUTE).log
    found = {name: float(value) for name, _, value in (line.partition("\t") for line in lines) if value}
    del wanted["gc.collect, 50 KB more in 800 pieces"]  # collections go by what is loaded
    assert set(wanted) <= set(found)
    wrong = {name: (us, found[name]) for name, us in wanted.items() if abs(found[name] - us) > OFF_BY * us}
    assert not wrong


def test_the_same_every_time(make_box):
    edges = []
    for _ in range(2):
        box = make_box().on()
        box.boss.asks("ON;STATUS")
        edges.append((box.world.now, box.board.edges, box.board.stretches))
    assert edges[0] == edges[1]


def test_lines_keep_their_numbers():
    for path in firmware.sources("VIRTUAL").values():
        source = path.read_text()
        text = Instrumented(source, "module", "mpy", 1, ["?"]).text
        assert text.count("\n") == source.count("\n")
        compile(text, str(path), "exec")


CONSTRUCTS = """
def numbers(n):
    if n: return [x for x in range(n) if x % 2 if (lambda y: y > 1)(x)]
    elif n == 0: return {k: v for k, v in zip("ab", (1, 2))}
    return any(x for x in ())
def odd(é):
    # ünï
    for a, b in (1, 2), (3, 4):
        with open("x", "w") as file: file.write("é" if é else "ü")
    while True:
        try:
            raise ValueError
        except ValueError: break
        finally: a = 0
    for x in 1, 2:
        while x: x -= 1
    return lambda: lambda: é
async def wait():
    async with lock: await sleep(1)
    if await ready(): pass
    else: yield
class A:
    def f(self, d=lambda: 1): global g; g = 1
"""


def test_every_construct_can_be_charged():
    text = Instrumented('"""x"""\n' + CONSTRUCTS, "m", "bare", 1, ["?"]).text
    compile(text, "m", "exec")
    assert text.count("_w(") + text.count("_n(") > 20


def test_time_passes_in_a_loop_that_never_waits(run):
    box = run("x = 0\nwhile True:\n    x += 1\n", 500)
    assert box.world.now == 500
    box = run("def go():\n    x = 0\n    while True:\n        x += 1\n\ngo()\n", 500)
    assert box.world.now == 500


@pytest.mark.stretch(3000)
def test_the_watchdog_bites_at_its_moment_in_an_endless_loop(run):
    box = run("import machine\n\ndef go():\n    machine.WDT(timeout=2000)\n    while True:\n        pass\n\ngo()\n", 10_000)
    assert box.board.starts == 5  # every 2 s and what a start takes
    assert any("main.go" in stretch.pieces[0] for stretch in box.board.stretches)


def test_bytes_arrive_while_the_firmware_computes(run):
    text = """
import machine, time
uart = machine.UART(0, baudrate=115200, rxbuf=64)
def work():
    for _ in range(30000): pass
time.sleep_ms(10)
work()
buffer = bytearray(200)
print("heard", uart.readinto(buffer))
time.sleep_ms(1000)
"""
    box = run(text, 130)
    box.line.modem_baud = 115200
    box.line.from_modem(b"x" * 100)
    box.run(800)
    assert box.log[-1] == "heard 64"  # the rest found the buffer full


def test_an_ended_program_is_no_restart(run):
    box = run("print('over')\n", 60_000)
    assert box.board.at_prompt and box.board.starts == 1
    box = run("import machine\nmachine.WDT(timeout=8000)\nint('x')\n", 60_000)
    assert box.board.starts == 8 and any("ValueError" in line for line in box.log)


@pytest.mark.stretch(5000)
def test_a_stretch_is_named_by_its_biggest_piece(run):
    text = """
import asyncio, gc
def busy(ms):
    for _ in range(ms * 330): pass
async def main():
    for _ in range(5):
        await asyncio.sleep(1)
    busy(300)
    await asyncio.sleep(1)
    open("big", "w").write("x" * 4000)
    for _ in range(20): gc.collect()
    await asyncio.sleep(3600)
asyncio.run(main())
"""
    found = [stretch for stretch in run(text).board.stretches if stretch.kind == "task"]
    assert [stretch.pieces[0][0] for stretch in found] == ["main.busy", "erase"]
    assert 280 < found[0].ms < 330 and found[0].at < 10_000
