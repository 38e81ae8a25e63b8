"""Chapter 8 of SPEC (manual 9): the alarm input."""

import pytest

from tools.simulator.box import HOUR, JACK, MINUTE


@pytest.fixture
def guard(box):
    """A boss who has switched the alarm on."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.boss.asks("ALARMON")
    return box


def _activated(text):
    assert text.startswith("ALARM! Sensor activated 26/03/0"), text


def _normal(text):
    assert text.startswith("ALARM: Sensor back to normal 26/03/0"), text


def test_settings(box):
    assert box.boss.asks("SENSORTYPE?") == "SENSORTYPE=(NO),NC"
    assert box.boss.asks("SENSORTYPE=NC") == "SENSORTYPE=NC - OK"
    assert box.boss.asks("ALERT?") == "ALERT=(SMS),CALL,SMSCHANGE,OFF"
    for word in ("CALL", "SMSCHANGE", "OFF", "SMS"):
        assert box.boss.asks("ALERT=" + word) == f"ALERT={word} - OK"
    assert box.boss.asks("RELAYTIME?") == "RELAYTIME=0"
    for word in ("ON60", "ON", "OFF60", "OFF", "ON65000", "0"):
        assert box.boss.asks("RELAYTIME=" + word) == f"RELAYTIME={word} - OK"
        assert box.boss.asks("RELAYTIME?") == f"RELAYTIME={word}"
    assert box.boss.asks("RELAYTIME=ON65001") == "RELAYTIME=ON65001 - Incorrect value! Use ON,ON1..ON65000,OFF,OFF1..OFF65000,0"


def test_alarmon_and_off(box):
    assert box.boss.asks("ALARM?") == "ALARM function: Disabled\nSensor(s): Not connected\nALARM status: No activity"
    assert box.boss.asks("ALARMON") == "ALARMON - OK\nALARM function: Enabled"
    box.board.set_input(JACK, 0)
    assert box.boss.asks("ALARM?") == "ALARM function: Enabled\nSensor(s): Connected\nALARM status: No activity"
    box.cut_power()
    box.restart()
    assert box.boss.asks("ALARM?").startswith("ALARM function: Enabled")
    assert box.boss.asks("ALARMOFF") == "ALARMOFF - OK\nALARM function: Disabled"


@pytest.mark.parametrize(("kind", "rest"), [("NO", False), ("NC", True)])
def test_sensor_types(box, kind, rest):
    box.contact(closed=rest)
    box.boss.asks("MAKEMEBOSS;SENSORTYPE=" + kind)
    box.boss.asks("ALARMON")
    box.boss.receives_nothing()
    box.contact(closed=not rest)
    _activated(box.boss.receives())
    assert "ALARM status: Active" in box.boss.asks("STATUS")


@pytest.mark.parametrize(("ms", "seen"), [(20, False), (45, False), (110, True)])
def test_r8_1_debounce(guard, ms, seen):
    guard.contact(closed=True)
    guard.run(ms)
    guard.contact(closed=False)
    guard.run(MINUTE)
    assert bool(guard.boss.reads_all()) is seen


def test_r8_1_a_bouncing_contact_is_one_activation(guard):
    for _ in range(8):
        guard.contact(closed=True)
        guard.run(7)
        guard.contact(closed=False)
        guard.run(5)
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    guard.contact(closed=False)
    guard.boss.receives_nothing()
    assert guard.boss.asks("SHOWALARMLOG").count("\n") == 0


def test_r8_1_disabled_it_only_logs(box):
    box.boss.asks("MAKEMEBOSS;RELAYTIME=ON")
    assert box.boss.asks("SHOWALARMLOG") == "ALARM log is empty"
    box.contact(closed=True)
    box.boss.receives_nothing()
    assert not box.relay.on
    assert "ALARM status: Active" in box.boss.asks("STATUS")
    assert box.boss.asks("SHOWALARMLOG").startswith("26/03/02,14:0")


def test_r8_1_the_log_keeps_ten_and_survives(box):
    for _ in range(12):
        box.contact(closed=True)
        box.run(MINUTE)
        box.contact(closed=False)
        box.run(MINUTE)
    rows = box.boss.asks("SHOWALARMLOG").split("\n")
    assert len(rows) == 10
    assert rows == sorted(rows, reverse=True)
    box.boss.asks("POWERALERT=OFF")
    box.cut_power()
    box.restart()
    assert box.boss.asks("SHOWALARMLOG").split("\n") == rows


def test_r8_2_sms_to_every_number(guard):
    guard.boss.asks("ALERTNUMBER+358402222222")
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    _activated(guard.family.receives())
    guard.contact(closed=False)
    guard.boss.receives_nothing()


def test_r8_3_nothing_for_60_seconds_then_a_new_cycle_while_it_is_active(guard):
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    sent = guard.world.now
    guard.boss.receives_nothing(50_000)
    _activated(guard.boss.receives(MINUTE))
    assert 55_000 < guard.world.now - sent < 80_000
    guard.contact(closed=False)
    guard.boss.receives_nothing(5 * MINUTE)


def test_r8_3_activity_within_the_pause_is_not_detected(guard):
    for _ in range(4):
        guard.contact(closed=True)
        guard.run(3000)
        guard.contact(closed=False)
        guard.run(3000)
    guard.run(2 * MINUTE)
    assert len(guard.boss.reads_all()) == 1
    assert guard.boss.asks("SHOWALARMLOG").count("\n") == 0
    guard.contact(closed=True)
    _activated(guard.boss.receives())


def _calls(phone):
    return [call for call in phone.phone.calls if not call.incoming]


@pytest.fixture
def callers(guard):
    """Three alert numbers to be called, in order."""
    guard.boss.asks("ALERTNUMBER+358402222222;ALERTNUMBER+358403333333;ALERT=CALL")
    return guard


def test_r8_2_call_nobody_answers(callers):
    callers.contact(closed=True)
    callers.run(1000)
    callers.contact(closed=False)
    for phone in (callers.boss, callers.family, callers.stranger):
        _activated(phone.receives())
    calls = [_calls(phone) for phone in (callers.boss, callers.family, callers.stranger)]
    assert [len(rows) for rows in calls] == [1, 1, 1]
    starts = [rows[0].started for rows in calls]
    assert starts == sorted(starts)
    assert all(18_000 < b - a < 26_000 for a, b in zip(starts, starts[1:], strict=False))
    callers.run(5 * MINUTE)
    assert sum(len(_calls(phone)) for phone in (callers.boss, callers.family, callers.stranger)) == 3


def test_r8_2_an_answer_ends_the_cycle(callers):
    callers.family.phone.answers_after = 5000
    callers.contact(closed=True)
    callers.run(1000)
    callers.contact(closed=False)
    callers.run(3 * MINUTE)
    assert [len(_calls(phone)) for phone in (callers.boss, callers.family, callers.stranger)] == [1, 1, 0]
    for phone in (callers.boss, callers.family, callers.stranger):
        phone.receives_nothing(1000)


def test_r8_2_a_refused_call_goes_to_the_next_at_once(callers):
    callers.boss.phone.refuses = True
    callers.family.phone.answers_after = 2000
    callers.contact(closed=True)
    callers.run(15_000)
    assert _calls(callers.family)


def test_r8_2_call_without_network_becomes_messages(callers):
    callers.network.go_down()
    callers.run(MINUTE)
    callers.contact(closed=True)
    callers.run(500)
    callers.contact(closed=False)
    callers.run(10 * MINUTE)
    callers.network.come_up()
    for phone in (callers.boss, callers.family, callers.stranger):
        _activated(phone.receives(20 * MINUTE))


def test_alarmoff_stops_the_calls(callers):
    callers.contact(closed=True)
    callers.run(10_000)
    callers.boss.asks("ALARMOFF")
    callers.run(3 * MINUTE)
    assert [len(_calls(phone)) for phone in (callers.boss, callers.family, callers.stranger)] == [1, 0, 0]
    callers.boss.receives_nothing()


def test_r8_2_smschange_both_ways(guard):
    guard.boss.asks("ALERT=SMSCHANGE")
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    guard.boss.receives_nothing(10 * MINUTE)  # no repetition while it stays
    guard.contact(closed=False)
    _normal(guard.boss.receives())
    guard.boss.receives_nothing(10 * MINUTE)


def test_r8_3_smschange_has_no_pause(guard):
    guard.boss.asks("ALERT=SMSCHANGE")
    for _ in range(3):
        guard.contact(closed=True)
        guard.run(4000)
        guard.contact(closed=False)
        guard.run(4000)
    guard.run(2 * MINUTE)
    texts = guard.boss.reads_all()
    assert len(texts) == 6
    _activated(texts[0])
    _normal(texts[-1])


def test_r8_3_smschange_never_loses_the_final_state(guard):
    guard.boss.asks("ALERT=SMSCHANGE")
    guard.network.go_down()
    for _ in range(20):
        guard.contact(closed=True)
        guard.run(2000)
        guard.contact(closed=False)
        guard.run(2000)
    guard.contact(closed=True)
    guard.run(2000)
    guard.network.come_up()
    guard.run(90 * MINUTE)  # ten an hour, then the state at its end (R20.7)
    texts = guard.boss.reads_all()
    _activated(texts[-1])
    assert len(texts) == 11


def test_r8_3_smschange_over_a_power_cut(guard):
    guard.boss.asks("ALERT=SMSCHANGE")
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    guard.run(5000)
    guard.cut_power()
    guard.contact(closed=False)
    guard.restart()
    _normal(guard.boss.receives())


def test_alert_off_moves_the_relay_only(guard):
    guard.boss.asks("ALERT=OFF;RELAYTIME=ON5")
    for _ in range(2):
        guard.contact(closed=True)
        guard.run(1000)
        assert guard.relay.on
        guard.contact(closed=False)
        guard.run(10_000)
        assert not guard.relay.on
    guard.boss.receives_nothing()


@pytest.mark.parametrize(("word", "first", "during", "after"), [
    ("ON", "OFF", True, True), ("OFF", "ON", False, False), ("ON20", "OFF", True, False), ("OFF20", "ON", False, True),
    ("0", "ON", True, True), ("0", "OFF", False, False),
])  # fmt: skip
def test_r8_4_relaytime(guard, word, first, during, after):
    guard.boss.asks("RELAYTIME=" + word)
    guard.boss.asks(first)
    guard.contact(closed=True)
    guard.run(1000)
    guard.contact(closed=False)
    assert guard.relay.on is during
    guard.run(5 * MINUTE)
    assert guard.relay.on is after


def test_manual_9_3_example_1_the_pump(guard):
    """Water: the pump runs until it is gone, also with RELAYTIME=ON, and whatever switched it meanwhile."""
    guard.boss.asks("ALERT=SMSCHANGE;RELAYTIME=ON")
    guard.contact(closed=True)
    _activated(guard.boss.receives())
    assert guard.relay.on
    guard.run(30 * MINUTE)
    assert guard.relay.on
    guard.contact(closed=False)
    _normal(guard.boss.receives())
    assert not guard.relay.on
    guard.contact(closed=True)
    guard.boss.receives()
    guard.boss.asks("OFF;ON")
    guard.contact(closed=False)
    guard.run(1000)
    assert not guard.relay.on


def test_manual_9_3_example_2_the_door_and_the_siren(guard):
    guard.boss.asks("ALERT=SMSCHANGE;RELAYTIME=ON120")
    guard.contact(closed=True)
    guard.run(1000)
    assert guard.relay.on
    guard.run(2 * MINUTE)
    assert not guard.relay.on  # for at most two minutes
    guard.contact(closed=False)
    guard.run(MINUTE)
    assert not guard.relay.on
    guard.contact(closed=True)
    guard.run(30_000)
    assert guard.relay.on
    guard.contact(closed=False)
    guard.run(1000)
    assert not guard.relay.on  # or until the door is closed


def test_manual_9_3_example_3_motion_and_the_siren(guard):
    guard.boss.asks("ALERT=SMS;RELAYTIME=ON10")
    for _ in range(2):
        guard.contact(closed=True)
        guard.run(2000)
        assert guard.relay.on
        guard.contact(closed=False)
        guard.run(10_000)
        assert not guard.relay.on
        _activated(guard.boss.receives())
        guard.run(70_000)


def test_smschange_relaytime_off(guard):
    guard.boss.asks("ON")
    guard.boss.asks("ALERT=SMSCHANGE;RELAYTIME=OFF30")
    guard.contact(closed=True)
    guard.run(5000)
    assert not guard.relay.on
    guard.contact(closed=False)
    guard.run(1000)
    assert guard.relay.on


def test_r8_5_alarmon_with_an_active_sensor(box):
    box.boss.asks("MAKEMEBOSS")
    box.contact(closed=True)
    box.run(1000)
    box.boss.texts("ALARMON")
    box.run(MINUTE)
    alert, reply = box.boss.reads_all()  # an alert goes first
    _activated(alert)
    assert reply == "ALARMON - OK\nALARM function: Enabled\nSensor is active now!"


def test_r8_5_smschange_waits_for_a_change(box):
    box.boss.asks("MAKEMEBOSS;ALERT=SMSCHANGE")
    box.contact(closed=True)
    box.run(1000)
    assert box.boss.asks("ALARMON").endswith("Sensor is active now!")
    box.boss.receives_nothing(5 * MINUTE)
    box.contact(closed=False)
    _normal(box.boss.receives())


def test_an_activation_while_the_modem_is_down(guard):
    guard.modem.power_off()
    guard.contact(closed=True)
    guard.run(300)
    guard.contact(closed=False)
    _activated(guard.boss.receives(20 * MINUTE))
    guard.run(5 * MINUTE)
    assert not guard.boss.reads_all()


def test_an_activation_while_a_message_is_sent(guard):
    guard.modem.delays["+CMGS"] = 10_000
    guard.boss.asks("RELAYTIME=ON")
    guard.boss.texts("STATUS")
    guard.run(3000)
    guard.contact(closed=True)
    start = guard.world.now
    guard.until(lambda: guard.relay.on, 5000)
    assert guard.world.now - start < 300  # the siren does not wait for the modem
    guard.contact(closed=False)
    guard.run(MINUTE)
    texts = guard.boss.reads_all()
    assert len(texts) == 2
    assert any(text.startswith("ALARM!") for text in texts)


def test_alarms_without_alert_numbers(box):
    box.boss.asks("ALARMON;RELAYTIME=ON5")
    box.contact(closed=True)
    box.run(2000)
    assert box.relay.on
    box.contact(closed=False)
    box.run(HOUR)
    assert not box.network.submitted[1:]


def test_a_contact_that_chatters_for_an_hour(guard):
    """A loose wire at 30 Hz: no restart, and the device goes on."""
    state = [False]

    def chatter():
        state[0] = not state[0]
        guard.contact(state[0])
        if guard.world.now < end:
            guard.world.after(16, chatter)

    end = guard.world.now + 20 * MINUTE
    chatter()
    guard.run(21 * MINUTE)
    guard.contact(closed=False)
    guard.run(5 * MINUTE)
    assert guard.board.starts == 1
    assert guard.boss.reads_all()
    assert guard.boss.asks("STATUS").startswith("Power socket")
