"""Chapter 10 of SPEC (manual 11): mains failure and return."""

import pytest

from tools.simulator.box import DAY, HOUR, MAINS, MINUTE


@pytest.fixture
def boss(box):
    """A boss who gets the alerts; the box has been on for a while."""
    box.boss.asks("MAKEMEBOSS")
    box.run(2 * MINUTE)
    box.boss.reads_all()
    return box


def _failure(text):
    assert text.startswith("ALERT! Power supply FAILURE 26/03/0"), text


def _restored(text):
    assert text.startswith("Power supply restored 26/03/0"), text


def test_settings(box):
    assert box.boss.asks("POWERALERT?") == "POWERALERT=(ON),OFF"
    assert box.boss.asks("POWERALERT=OFF") == "POWERALERT=OFF - OK"
    assert box.boss.asks("POWERSTATE?") == "POWERSTATE=(REMEMBER),ON,OFF"
    for word in ("ON", "OFF", "REMEMBER"):
        assert box.boss.asks("POWERSTATE=" + word) == f"POWERSTATE={word} - OK"


def test_r10_1_failure_then_sleep_then_return(boss):
    lost = boss.network.local()
    boss.mains(False)
    text = boss.boss.receives()
    _failure(text)
    assert text.endswith(lost.strftime("%H:%M:%S"))
    boss.until(lambda: boss.modem.power == "off")
    starts = boss.board.starts
    boss.run(5 * HOUR)
    assert boss.board.starts == starts
    assert boss.modem.power == "off"
    back = boss.network.local()
    boss.mains(True)
    text = boss.boss.receives(10 * MINUTE)
    _restored(text)
    shown, length = text.split(" after ")
    assert abs(int(shown[-2:]) - back.second) in (*range(12), *range(48, 60))
    assert length in ("5 h", "5 h 1 min", "4 h 59 min")
    assert boss.board.starts == starts + 1
    boss.boss.receives_nothing(HOUR)
    assert boss.boss.asks("STATUS").startswith("Power socket OFF")


@pytest.mark.parametrize("ms", [100, 1000, 1900])
def test_r10_1_a_flicker_is_no_failure(boss, ms):
    for _ in range(3):
        boss.mains(False)
        boss.run(ms)
        boss.mains(True)
        boss.run(5000)
    boss.boss.receives_nothing(MINUTE)


def test_r10_1_no_network_at_that_time(boss):
    boss.network.go_down()
    boss.run(5 * MINUTE)
    boss.mains(False)
    boss.run(3 * HOUR)
    assert boss.modem.power == "on"  # as long as the cell lasts
    boss.network.come_up()
    _failure(boss.boss.receives(20 * MINUTE))
    boss.until(lambda: boss.modem.power == "off")


def test_r10_2_the_mains_returns_before_the_message_is_out(boss):
    boss.network.go_down()
    boss.run(MINUTE)
    boss.mains(False)
    boss.run(10 * MINUTE)
    boss.mains(True)
    boss.run(10 * MINUTE)
    boss.network.come_up()
    _failure(boss.boss.receives(20 * MINUTE))
    _restored(boss.boss.receives())
    boss.boss.receives_nothing(HOUR)


def test_r10_2_the_cell_dies_before_the_message_is_out(boss):
    boss.network.go_down()
    boss.run(MINUTE)
    boss.mains(False)
    boss.run(HOUR)
    boss.cut_power()
    boss.run(HOUR)
    boss.network.up = True
    boss.mains(True)
    boss.restart()
    _failure(boss.boss.receives())
    _restored(boss.boss.receives())
    boss.boss.receives_nothing(HOUR)


def test_r10_2_without_a_cell_only_the_return_is_told(boss):
    boss.cut_power()
    boss.run(HOUR)
    boss.restart()
    _restored(boss.boss.receives())
    boss.boss.receives_nothing(HOUR)


def test_r10_2_a_power_cut_before_the_return_is_told(boss):
    boss.cut_power()
    boss.restart(ready=False)
    boss.run(4000)
    boss.cut_power()
    boss.restart()
    _restored(boss.boss.receives())
    boss.boss.receives_nothing(HOUR)


def test_poweralert_off_says_nothing_and_sleeps_at_once(boss):
    boss.boss.asks("POWERALERT=OFF")
    boss.mains(False)
    boss.until(lambda: boss.modem.power == "off", 20_000)
    boss.mains(True)
    boss.run(10 * MINUTE)
    assert not boss.boss.reads_all()
    assert boss.boss.asks("ON") == "Power socket ON"


def test_a_restart_that_is_no_power_loss_tells_nothing(boss):
    boss.boss.asks("REBOOT")
    boss.boss.receives_nothing(10 * MINUTE)


@pytest.mark.parametrize("sleeps", [True, False], ids=["asleep", "dead"])
@pytest.mark.parametrize(("state", "first", "after"), [
    ("REMEMBER", "ON", True), ("REMEMBER", "OFF", False), ("REMEMBER", "ON3000", False), ("REMEMBER", "OFF3000", True),
    ("ON", "OFF", True), ("ON", "ON3000", True), ("OFF", "ON", False), ("OFF", "ON3000", False),
])  # fmt: skip
def test_r10_2_powerstate(boss, state, first, after, sleeps):
    if first == "OFF3000":
        boss.boss.asks("ON")
    boss.boss.asks("POWERSTATE=" + state)
    boss.boss.asks(first)
    if sleeps:
        boss.mains(False)
        boss.until(lambda: boss.modem.power == "off")
        boss.run(MINUTE)
        boss.mains(True)
        boss.run(MINUTE)
    else:
        boss.cut_power()
        boss.run(MINUTE)
        boss.restart()
    assert boss.relay.on is after
    boss.run(HOUR)
    assert boss.relay.on is after


def test_both_alerts_go_to_everybody(boss):
    boss.boss.asks("ALERTNUMBER+358402222222")
    boss.mains(False)
    _failure(boss.boss.receives())
    _failure(boss.family.receives())
    boss.run(HOUR)
    boss.mains(True)
    _restored(boss.boss.receives(10 * MINUTE))
    _restored(boss.family.receives(10 * MINUTE))


def test_rules_missed_asleep_are_made_up_for(boss):
    hour = boss.network.local().hour
    boss.boss.asks(f"SCHEDULER+{hour + 1:02d}:00,*,ON")
    boss.mains(False)
    boss.run(3 * HOUR)
    boss.mains(True)
    boss.run(10 * MINUTE)
    assert boss.relay.on


def test_a_day_without_mains(boss):
    boss.mains(False)
    boss.run(DAY)
    boss.mains(True)
    _failure(boss.boss.receives())
    _restored(boss.boss.receives(10 * MINUTE))


def test_without_alert_numbers_it_sleeps_too(box):
    box.run(15_000)  # the pin is believed
    box.mains(False)
    box.until(lambda: box.modem.power == "off", MINUTE)
    box.mains(True)
    box.run(5 * MINUTE)
    assert box.boss.asks("ON") == "Power socket ON"


def test_a_board_whose_mains_sense_is_not_wired(bare):
    """The pin is pulled down: that must not be taken for a failure, or the device would sleep for ever."""
    bare.board.pins[MAINS] = 0
    bare.on()
    bare.boss.asks("MAKEMEBOSS")
    bare.boss.receives_nothing(HOUR)
    assert bare.boss.asks("ON") == "Power socket ON"


def test_a_restart_of_the_board_during_a_failure(boss):
    boss.network.go_down()
    boss.run(MINUTE)
    boss.mains(False)
    boss.run(10 * MINUTE)
    boss.board.power_off()
    boss.board.power_on("watchdog")
    boss.run(10 * MINUTE)
    boss.network.come_up()
    _failure(boss.boss.receives(20 * MINUTE))
    boss.until(lambda: boss.modem.power == "off", 20 * MINUTE)
    boss.mains(True)
    _restored(boss.boss.receives(10 * MINUTE))
    boss.boss.receives_nothing(HOUR)
