"""Chapters 13 and 14 of SPEC: button and LEDs, recorded in virtual time."""

import pytest

from tools.simulator.box import BUTTON, LED_GSM, LED_OUT, LED_POWER, MINUTE


def _edges(box, gpio, since):
    return [(at - since, level) for at, led, level in box.board.led_edges if led == gpio and at >= since]


def _steady(box, gpio):
    start = box.world.now
    box.run(10_000)
    return None if _edges(box, gpio, start) else box.board.pins[gpio]


def _rhythm(box, gpio, ms=12_000):
    """The lengths of lit and dark phases, in ms."""
    start = box.world.now
    box.run(ms)
    edges = _edges(box, gpio, start)
    return [(level, edges[i + 1][0] - at) for i, (at, level) in enumerate(edges[:-1])]


def _blinks(box, gpio, lit, dark):
    phases = _rhythm(box, gpio)
    assert len(phases) >= 4
    late = [abs(length - (lit if level else dark)) for level, length in phases]
    assert sum(ms <= 5 for ms in late) >= 0.7 * len(late) and max(late) < 200, phases  # other tasks are at work at times


def test_r13_1_a_short_press_toggles(box):
    box.press()
    box.run(200)
    assert box.relay.on
    box.press(3000)
    box.run(200)
    assert not box.relay.on
    assert any("socket ON - button" in line for line in box.log)


def test_r13_1_bouncing_is_one_press(box):
    for _ in range(6):
        box.board.set_input(BUTTON, 0)
        box.run(4)
        box.board.set_input(BUTTON, 1)
        box.run(4)
    box.press()
    for _ in range(5):
        box.board.set_input(BUTTON, 0)
        box.run(3)
        box.board.set_input(BUTTON, 1)
        box.run(3)
    box.run(2000)
    assert len(box.relay.moves()) == 1


def test_r13_1_with_the_alarm_on_it_disables_that(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.boss.asks("ALARMON")
    box.press()
    box.run(1000)
    assert not box.relay.on
    assert box.boss.asks("ALARM?").startswith("ALARM function: Disabled")
    box.press()
    box.run(1000)
    assert box.relay.on
    box.cut_power()
    box.restart()
    assert box.boss.asks("ALARM?").startswith("ALARM function: Disabled")


def test_r13_1_ten_seconds_erase_everything(box):
    box.boss.asks("MAKEMEBOSS;RESTARTTIME=33;SCHEDULER+08:00,*,ON;CREDITUMS=*100#;TRISEALERT=40C;PASSWORD=12abc")
    box.boss.asks("12abcON;12abcTHERMOSTATON;")
    box.contact(closed=True)
    box.run(1000)
    box.contact(closed=False)
    starts = box.board.starts
    start = box.world.now
    box.board.set_input(BUTTON, 0)
    box.run(9900)
    assert not _both_blink(box, start)
    box.run(3000)
    assert _both_blink(box, start + 10_200)
    assert box.board.starts == starts
    box.board.set_input(BUTTON, 1)
    box.until(lambda: box.board.starts == starts + 1, 10_000)
    box.wait_ready()
    assert not box.relay.on
    expected = {
        "RESTARTTIME?": "RESTARTTIME=10 seconds", "SECNUMBER?": "SECNUMBERs: ", "ALERTNUMBER?": "ALERTNUMBERs: ",
        "SCHEDULER?": "SCHEDULER is empty", "CREDITUMS?": "CREDITUMS: NO", "TRISEALERT?": "TRISEALERT=OFF",
        "SHOWALARMLOG": "ALARM log is empty", "SECLIST?": "SECLIST=(OFF),ON", "THERMOSTAT?": "THERMOSTAT: Disabled\n"
        "THERMOSTAT=HEATING\nSwitch-off temperature: 10C(50F)",
    }  # fmt: skip
    for text, reply in expected.items():
        assert box.stranger.asks(text) == reply
    assert not box.boss.reads_all()[1:]


def _both_blink(box, since):
    power = [at for at, _ in _edges(box, LED_POWER, since)]
    out = [at for at, _ in _edges(box, LED_OUT, since)]
    return len(power) > 3 and all(abs(a - b) < 10 for a, b in zip(power[-4:], out[-4:], strict=False))


def test_r13_1_the_previous_generation_does_not_come_back(box):
    box.boss.asks("RESTARTTIME=33")
    box.boss.asks("RESTARTTIME=34")
    box.press(11_000)
    box.run(MINUTE)
    box.cut_power()
    box.restart()
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=10 seconds"


def test_r14_1_three_blinks_at_start(bare):
    bare.on(ready=False)
    bare.run(5000)
    power, out = (_edges(bare, gpio, 0)[1:] for gpio in (LED_POWER, LED_OUT))  # the first made it an output
    assert power[0][0] < 3000
    assert [level for _, level in power[:6]] == [1, 0, 1, 0, 1, 0] == [level for _, level in out[:6]]
    assert all(abs(a - b) < 10 for (a, _), (b, _) in zip(power[:6], out[:6], strict=True))


def test_power_is_steady_and_out_follows_the_socket(box):
    assert _steady(box, LED_POWER) == 1
    assert _steady(box, LED_OUT) == 0
    box.boss.asks("ON")
    assert _steady(box, LED_OUT) == 1


def test_gsm_searching_and_registered(box):
    _blinks(box, LED_GSM, 60, 2940)
    box.network.go_down()
    box.run(3000)
    _blinks(box, LED_GSM, 60, 940)


def test_power_while_the_alarm_is_on(box):
    box.boss.asks("ALARMON")
    _blinks(box, LED_POWER, 500, 500)
    box.contact(closed=True)
    box.run(1000)
    _blinks(box, LED_POWER, 125, 125)
    box.contact(closed=False)
    box.run(1000)
    _blinks(box, LED_POWER, 500, 500)
    box.boss.asks("ALARMOFF")
    assert _steady(box, LED_POWER) == 1


def test_an_active_sensor_without_the_alarm_function(box):
    box.contact(closed=True)
    box.run(1000)
    assert _steady(box, LED_POWER) == 1


@pytest.mark.parametrize("state", ["NOT INSERTED", "SIM PIN", "SIM PUK"])
def test_sim_trouble(bare, state):
    bare.modem.sim = state
    bare.on(ready=False)
    bare.run(20_000)
    _blinks(bare, LED_OUT, 125, 125)
    phases = _rhythm(bare, LED_POWER, 15_000)
    assert sorted({round(length, -3) for level, length in phases if level}) == [0, 2000]
    _blinks(bare, LED_GSM, 60, 940)
    long = [i for i, (level, length) in enumerate(phases) if level and length > 1000]
    assert all(b - a == 10 for a, b in zip(long, long[1:], strict=False))  # four blinks between two long ones


def test_a_silent_modem_is_a_fault(box):
    box.modem.power_pin_works = False
    box.modem.reset_pin = lambda: None
    box.modem.power_off()
    box.run(2 * MINUTE)
    _blinks(box, LED_OUT, 125, 125)
    del box.modem.reset_pin
    box.until(lambda: box.modem.power == "on", 60 * MINUTE)
    box.run(3 * MINUTE)
    assert _steady(box, LED_OUT) == 0
