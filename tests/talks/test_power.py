"""Chapter 2 of SPEC: the socket."""

import pytest

from tools.simulator.box import HOUR, MINUTE


def test_on_and_off(box):
    assert box.boss.asks("ON") == "Power socket ON"
    assert box.relay.on
    assert box.boss.asks("OFF") == "Power socket OFF"
    assert not box.relay.on


@pytest.mark.parametrize(("first", "text", "reply"), [
    ("OFF", "ON30", "Power ON for 30 seconds"),
    ("ON", "ON30", "Power ON for 30 seconds"),
    ("ON", "OFF30", "Power OFF for 30 seconds"),
    ("OFF", "OFF30", "Power OFF for 30 seconds"),
])  # fmt: skip
def test_r2_1_for_a_time(box, first, text, reply):
    box.boss.asks(first)
    start = box.world.now
    assert box.boss.asks(text) == reply
    on = text.startswith("ON")
    assert box.relay.on == on
    moved = max([at for at, _ in box.relay.moves(start)] or [start])
    box.until(lambda: box.relay.on != on)
    assert 29_990 <= box.relay.moves()[-1][0] - moved <= 33_000
    box.run(MINUTE)
    assert box.relay.on != on


def test_r2_1_the_time_is_exact(box):
    box.boss.asks("ON65000")
    ((begin, _),) = box.relay.moves(5000)
    box.run(64_000_000)
    assert box.relay.on
    box.run(1_100_000)
    assert not box.relay.on
    assert abs(box.relay.moves()[-1][0] - begin - 65_000_000) < 20


@pytest.mark.parametrize("text", ["ON0", "ON65001", "OFF0", "OFF999999", "ON00000"])
def test_out_of_range(box, text):
    assert box.boss.asks(text) == f"{text} - Incorrect value! Use 1..65000"
    assert not box.relay.moves(1)


def test_restart_goes_to_the_opposite_and_back(box):
    box.boss.asks("RESTARTTIME=20")
    box.boss.asks("ON")
    assert box.boss.asks("RESTART") == "Power socket restarted"
    assert not box.relay.on
    box.until(lambda: box.relay.on)
    off, on = box.relay.moves()[-2:]
    assert off[1] is False and on[1] is True and abs(on[0] - off[0] - 20_000) < 20
    box.boss.asks("OFF")
    box.boss.asks("RESTART")
    assert box.relay.on
    box.until(lambda: not box.relay.on)


def test_r2_1_restart_inside_a_running_time_only_interrupts_it(box):
    box.boss.asks("ON60")
    (begin,) = [at for at, _ in box.relay.moves(1)]
    box.boss.asks("RESTART")
    box.run(5 * MINUTE)
    (_, first), (off, _), (on, _), (end, last) = box.relay.moves(1)
    assert first is True and last is False
    assert abs(on - off - 10_000) < 50
    assert abs((off - begin) + (end - on) - 60_000) < 100


def test_r2_1_restart_twice_ends_in_the_state_before_the_first(box):
    box.boss.asks("ON")
    box.boss.asks("RESTART")
    box.run(4000)
    box.family.texts("RESTART")
    box.run(MINUTE)
    assert box.relay.on
    (_, _), (off, _), (on, _) = box.relay.moves(1)
    assert on - off > 13_000  # begun anew


@pytest.mark.parametrize(("text", "after"), [("ON", True), ("OFF", False), ("OFF60", False)])
def test_r2_1_a_new_command_cancels_a_running_time(box, text, after):
    box.boss.asks("ON60")
    box.boss.asks(text)
    assert box.relay.on is after
    box.run(10 * MINUTE)
    assert box.relay.on is (after if text in ("ON", "OFF") else True)
    assert len(box.relay.moves()) == {"ON": 1, "OFF": 2}.get(text, 3)


def test_restarttime(box):
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=10 seconds"
    assert box.boss.asks("RESTARTTIME=5") == "RESTARTTIME=5 - OK"
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=5 seconds"
    assert box.boss.asks("RESTARTTIME=600") == "RESTARTTIME=600 - OK"
    box.cut_power()
    box.restart()
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=600 seconds"


def test_r2_2_what_a_power_cut_leaves(box):
    box.boss.asks("ON600")
    box.cut_power()
    box.restart()
    assert not box.relay.on  # the running time has ended with the restart, and its end is remembered
    box.boss.asks("OFF600")
    box.cut_power()
    box.restart()
    assert box.relay.on
    box.boss.asks("OFF")
    box.cut_power()
    box.restart()
    assert not box.relay.on


def test_r2_3_every_move_has_a_cause_in_the_log(box):
    box.boss.asks("ON")
    box.boss.asks("RESTART")
    box.until(lambda: box.relay.on)
    box.run(1000)
    causes = [line for line in box.log if " socket O" in line]
    assert len(causes) == len(box.relay.moves()) == 3
    assert "command from +358401111111" in causes[0]
    assert "for 10 s" in causes[1] and "time is over" in causes[2]


def test_r2_3_no_glitch_at_boot(box):
    box.boss.asks("ON")
    box.cut_power()
    start = box.world.now
    box.restart()
    assert [on for _, on in box.relay.moves(start + 1)] in ([True], [])
    assert box.relay.on


@pytest.mark.parametrize(("rssi", "text"), [
    (31, "Excellent (-51dBm)"), (24, "Excellent (-65dBm)"), (23, "Good (-67dBm)"), (17, "Good (-79dBm)"),
    (16, "Fair (-81dBm)"), (10, "Fair (-93dBm)"), (9, "Weak (-95dBm)"), (0, "Weak (-113dBm)"), (99, "Unknown"),
])  # fmt: skip
def test_r2_4_status(box, rssi, text):
    box.network.rssi = rssi
    box.run(2 * MINUTE)
    lines = box.boss.asks("STATUS").split("\n")
    assert lines[:5] == [
        "Power socket OFF", "Signal: " + text, "TEMP: 21C(70F)", "ALARMF: Disabled", "ALARM status: No act"
    ]  # fmt: skip
    stamp = lines[5].removeprefix("Time: ")
    assert stamp.startswith("26/03/02,14:") and len(stamp) == 17


def test_r2_4_status_shows_socket_sensor_and_alarm(box):
    box.contact(closed=True)
    box.boss.asks("ON;ALARMON")
    box.thermometer.celsius = -3.4
    box.run(20_000)
    lines = box.boss.asks("STATUS").split("\n")
    assert lines[0] == "Power socket ON"
    assert lines[2:5] == ["TEMP: -3C(26F)", "ALARMF: Enabled", "ALARM status: Active"]


def test_temperature_without_a_sensor(make_box):
    box = make_box()
    box.thermometer.roms = []
    box.on()
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: No sensor"
    assert "TEMP: No sensor" in box.boss.asks("STATUS")


def test_temperature_when_the_sensor_fails(box):
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 21C(70F)"
    box.thermometer.roms = []
    box.run(20_000)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: Sensor error"


def test_runtime(box):
    assert box.boss.asks("RUNTIME") == "Power socket is OFF"
    box.boss.asks("ON")
    on_at = box.network.local()
    box.run(HOUR)
    since = box.boss.asks("RUNTIME").removeprefix("Power socket is ON from: ")
    assert since.startswith(on_at.strftime("%y/%m/%d,%H:"))


def test_runtime_from_before_the_clock_was_known(bare):
    bare.network.nitz = False
    bare.on()
    bare.boss.texts("ON", when=None)
    bare.boss.receives()
    text = bare.boss.asks("RUNTIME")
    assert text.startswith("Power socket is ON from: 26/03/02,14:0")
