"""What is measured and counted: MINMAX, DIAG, TFASTALERT (R20.10, R20.11, R20.19)."""

import re

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE

TIME = r"\d\d/\d\d/\d\d,\d\d:\d\d:\d\d"


@pytest.fixture
def boss(box):
    """A boss, so that there is somebody to alert."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    return box


def becomes(box, celsius, minutes=2):
    """It gets so warm, and the sensor is read."""
    box.thermometer.celsius = celsius
    box.run(minutes * MINUTE)


def minmax(box):
    """{name: (low, time, high, time)} of MINMAX."""
    lines = box.boss.asks("MINMAX").split("\n")
    found = [re.fullmatch(rf"(24 h|Since {TIME}): (\S+) ({TIME}) \.\. (\S+) ({TIME})", line) for line in lines]
    assert all(found), lines
    return {each[1]: each.groups()[1:] for each in found}


def test_r20_10_minmax(boss):
    becomes(boss, 10.5)
    cold = boss.network.local()
    becomes(boss, 35)
    becomes(boss, 21)
    (day, since) = minmax(boss).values()
    assert (day[0], day[2]) == (since[0], since[2]) == ("10.5C(50.9F)", "35C(95F)")
    assert abs(int(day[1][-5:-3]) - cold.minute) <= 2
    assert boss.boss.asks("MINMAX=reset") == "MINMAX=RESET - OK"
    moment = boss.network.local().strftime("Since %y/%m/%d,%H:%M:")
    boss.run(10_000)
    found = minmax(boss)
    (day, since) = found.values()
    assert (day[0], day[2], since[0], since[2]) == ("10.5C(50.9F)", "35C(95F)", "21C(69.8F)", "21C(69.8F)")
    assert [name for name in found if name.startswith(moment)]
    assert boss.boss.asks("MINMAX=NOW") == "MINMAX=NOW - Incorrect value! Use RESET"
    becomes(boss, -5)
    boss.thermometer.celsius = 15
    boss.run(DAY + HOUR)
    (day, since) = minmax(boss).values()
    assert (day[0], day[2]) == ("15C(59F)", "15C(59F)")
    assert (since[0], since[2]) == ("-5C(23F)", "21C(69.8F)")


def test_r20_10_over_restarts(boss):
    becomes(boss, 35)
    boss.boss.asks("RESTARTTIME=7")  # a commit that happens anyway
    boss.cut_power()
    boss.thermometer.celsius = 21
    boss.restart()
    (day, since) = minmax(boss).values()
    assert (day[0], day[2]) == ("21C(69.8F)", "21C(69.8F)")
    assert since[2] == "35C(95F)"


def test_r20_10_without_a_sensor(bare):
    bare.thermometer.roms = []
    bare.on()
    assert bare.boss.asks("MINMAX") == "24 h: No readings"
    assert bare.boss.asks("MINMAX=RESET") == "MINMAX=RESET - OK"


def test_r20_11_diag(boss):
    boss.boss.asks("SMSCONFIRM=OFF")
    boss.run(HOUR)
    text = boss.boss.asks("DIAG")
    sent = len(boss.network.submitted) - 1
    assert len(text) <= 160 and text.startswith("Up 1 h")
    assert re.search(
        rf"\nSignal -67dBm, worst -67dBm\nHeap \d+ KB free\nSent today {sent}\nv1\.0\.0, MicroPython \d+\.\d+\.\d+$", text
    )
    assert re.search(r"\nRestarts 1: power\nModem recoveries \d", text)
    boss.board.power_off()
    boss.board.power_on("watchdog")
    boss.wait_ready()
    assert "\nRestarts 2: watchdog, power\n" in boss.boss.asks("DIAG")
    assert boss.boss.asks("DIAG=1").endswith("No such command exists on the device!")


@pytest.mark.parametrize(("first", "then", "alert"), [
    (25, 19, "ALERT! Temperature change: 25C(77F) to 19C(66F) in 30 min"),
    (19, 25, "ALERT! Temperature change: 19C(66F) to 25C(77F) in 30 min"),
    (25.25, 20.3125, None),
    (25.25, 20.25, "ALERT! Temperature change: 25C(77F) to 20C(68F) in 30 min"),
])  # fmt: skip
def test_r20_19_tfastalert(boss, first, then, alert):
    becomes(boss, first)
    boss.boss.asks("TFASTALERT=5C/30")
    boss.run(35 * MINUTE)
    boss.boss.reads_all()
    becomes(boss, then)
    assert boss.boss.reads_all() == ([alert] if alert else [])
    boss.run(26 * MINUTE)
    becomes(boss, first, 1)
    boss.boss.receives_nothing(MINUTE)  # not armed yet
    if alert:
        assert boss.boss.receives(5 * MINUTE).startswith("ALERT! Temperature change")  # armed again, and it is still another


def test_r20_19_slow_changes_offsets_and_restarts(boss):
    boss.boss.asks("TFASTALERT=5C/30")
    start = boss.world.now
    boss.thermometer.celsius = lambda now: 21 - 9 * (now - start) / HOUR  # 4.5 C in 30 min
    boss.boss.receives_nothing(2 * HOUR)
    boss.thermometer.celsius = 3
    boss.run(35 * MINUTE)
    boss.boss.asks("TEMPOFFSET=9C")
    boss.boss.receives_nothing(35 * MINUTE)
    boss.cut_power()
    boss.thermometer.celsius = 20
    boss.restart()
    boss.boss.receives_nothing(10 * MINUTE)  # history begins with a restart


def test_r20_19_a_gap_is_no_change(boss):
    boss.boss.asks("TFASTALERT=5C/10")
    boss.run(5 * MINUTE)
    boss.thermometer.roms, roms = [], boss.thermometer.roms
    boss.run(12 * MINUTE)
    boss.thermometer.roms = roms
    becomes(boss, 10)
    assert not boss.boss.reads_all()
