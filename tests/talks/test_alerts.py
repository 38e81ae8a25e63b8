"""R8.6, R15.2, R9.1, R10: alerts are not given up, not doubled, and give way in the right order."""

import pytest

from tools.simulator.box import HOUR, MINUTE
from tools.simulator.network import sms

OTHERS = [f"+35840000000{number}" for number in range(9)]


@pytest.fixture
def guard(box):
    """A boss with the alarm function on; a text a change."""
    box.boss.asks("MAKEMEBOSS;ALERT=SMSCHANGE")
    box.boss.asks("ALARMON")
    box.run(2 * MINUTE)
    box.boss.reads_all()
    return box


def _phones(box, count):
    """So many alert numbers besides the boss."""
    for at in range(0, count, 3):
        box.boss.asks(";".join("ALERTNUMBER+" + number for number in OTHERS[at : min(at + 3, count)]))
    box.run(10_000)
    box.boss.reads_all()
    return [box.phone(number) for number in OTHERS[:count]]


@pytest.mark.parametrize("minutes", [1, 10])
@pytest.mark.parametrize("code", [17, 38, 41, 42, 47, 192, 500])
def test_a_refusal_that_passes_is_waited_out(guard, code, minutes):
    guard.network.refuse_with = code
    guard.contact(True)
    guard.run(minutes * MINUTE)
    guard.network.refuse_with = None
    assert guard.boss.receives(HOUR).startswith("ALARM! Sensor activated")
    guard.boss.receives_nothing(10 * MINUTE)


@pytest.mark.parametrize("code", [42, 500])
def test_a_mains_failure_is_told_before_it_sleeps(guard, code):
    guard.network.refuse_with = code
    guard.mains(False)
    guard.run(3 * MINUTE)
    assert guard.modem.power == "on"
    guard.network.refuse_with = None
    assert guard.boss.receives(HOUR).startswith("ALERT! Power supply FAILURE")
    guard.until(lambda: guard.modem.power == "off")


def test_one_recipients_trouble_holds_up_no_other(guard):
    phones = _phones(guard, 2)
    submit = guard.network.submit
    guard.network.submit = lambda octets: 42 if sms.read_submit(octets).number == guard.boss.number else submit(octets)
    guard.contact(True)
    for phone in phones:
        assert phone.receives(MINUTE).startswith("ALARM!")
    guard.contact(False)
    for phone in phones:
        assert phone.receives(MINUTE).startswith("ALARM:")
    assert not guard.boss.reads_all()
    guard.network.submit = submit
    assert guard.boss.receives(HOUR).startswith("ALARM!")
    assert guard.boss.receives(HOUR).startswith("ALARM:")


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_those_who_have_it_do_not_get_it_again(guard, after):
    """Cut when so many of five were told and the modem has said OK."""
    phones = [guard.boss, *_phones(guard, 4)]
    sent = len(guard.network.submitted)
    guard.contact(True)
    guard.until(lambda: len(guard.network.submitted) >= sent + after)
    guard.run(500)
    guard.cut_power()
    guard.run(5000)
    guard.restart()
    guard.run(5 * MINUTE)
    alarms = [[text for text in phone.reads_all() if text.startswith("ALARM!")] for phone in phones]
    assert [len(texts) for texts in alarms] == [1] * 5


def test_changes_without_a_clock_are_all_told(make_box):
    box = make_box()
    box.network.nitz = False
    box.on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;ALERT=SMSCHANGE")
    box.boss.asks("ALARMON")
    box.network.go_down()
    box.run(5000)
    for closed in (True, False, True):
        box.contact(closed)
        box.run(20_000)
    box.network.come_up()
    box.run(10 * MINUTE)
    texts = box.boss.reads_all()
    assert [text[:6] for text in texts] == ["ALARM!", "ALARM:", "ALARM!"]


def test_ten_door_changes_and_a_mains_failure(guard):
    """Without network: mains stay, of the contact the first and the last."""
    guard.boss.asks("POWERDELAY=2")
    guard.network.go_down()
    guard.run(MINUTE)
    guard.mains(False)
    guard.run(5000)
    for _ in range(10):
        guard.contact(True)
        guard.run(20_000)
        guard.contact(False)
        guard.run(20_000)
    guard.contact(True)
    guard.run(20_000)
    guard.network.come_up()
    guard.run(2 * HOUR)
    texts = guard.boss.reads_all()
    assert sum(text.startswith("ALERT! Power supply FAILURE") for text in texts) == 1
    door = [text for text in texts if text.startswith("ALARM")]
    assert door[0].startswith("ALARM! Sensor activated")
    assert door[-1].startswith("ALARM! Sensor activated")
    assert len(door) >= 2


def test_inf_to_ten_numbers(make_box):
    box = make_box(start="2026-03-02 12:00:00").on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    phones = [box.boss, *_phones(box, 9)]
    box.boss.asks("SCHEDULER+14:06,*,INF;SCHEDULER+14:06,1,INF")
    box.run(14 * MINUTE)
    told = [sum("Signal" in text for text in phone.reads_all()) for phone in phones]
    assert told == [2] * 10


def test_two_changes_in_one_second_are_two(guard):
    guard.contact(True)
    guard.run(350)
    guard.contact(False)
    guard.run(2 * MINUTE)
    first, last = guard.boss.reads_all()
    assert first.startswith("ALARM! Sensor activated")
    assert last.startswith("ALARM: Sensor back to normal")


@pytest.mark.texts(70)
def test_alerts_leave_no_memory_behind(guard):
    guard.boss.asks("SMSLIMIT=500")
    guard.run(MINUTE)
    heaps = []
    for _ in range(3):
        for _ in range(20):
            guard.contact(True)
            guard.run(3 * MINUTE)
            guard.contact(False)
            guard.run(3 * MINUTE)
        heaps.append(guard.heap())
    assert heaps[2] - heaps[0] < 6000, heaps


@pytest.mark.parametrize("kind", ["SMS", "CALL"])
def test_r8_5_alarmon_with_an_active_sensor_begins_a_cycle(guard, kind):
    guard.boss.asks(f"ALARMOFF;ALERT={kind}")
    guard.contact(True)
    guard.run(MINUTE)
    guard.boss.reads_all()
    guard.boss.texts("ALARMON")
    guard.run(2 * MINUTE)
    texts = guard.boss.reads_all()
    assert any(text.endswith("\nSensor is active now!") for text in texts)
    assert any(text.startswith("ALARM! Sensor activated") for text in texts)


def test_r10_2_both_alerts_survive_a_restart_in_order(guard):
    guard.network.go_down()
    guard.run(MINUTE)
    guard.mains(False)
    guard.run(MINUTE)
    guard.board.power_off()
    guard.board.power_on("watchdog")
    guard.run(MINUTE)
    guard.mains(True)
    guard.run(MINUTE)
    guard.network.come_up()
    guard.run(20 * MINUTE)
    texts = [text for text in guard.boss.reads_all() if "Power supply" in text]
    assert [text.split("supply ")[1].split(" ")[0] for text in texts] == ["FAILURE", "restored"]


def test_r10_3_a_pin_that_was_high_for_nine_seconds_is_not_believed(bare):
    bare.on()
    bare.mains(False)
    bare.cut_power()
    bare.board.image.write_bytes(b"\xff" * len(bare.board.image.read_bytes()))
    bare.restart()
    bare.boss.asks("MAKEMEBOSS")
    bare.mains(True)
    bare.run(9000)
    bare.mains(False)
    bare.boss.receives_nothing(10 * MINUTE)
    assert bare.modem.power == "on"


def test_r9_1_a_busy_board_fires_each_rule_once(make_box):
    box = make_box(start="2026-03-02 12:00:00").on()
    box.boss.asks("SCHEDULER+14:05,*,ON;CREDITUMS=*100#")
    box.network.ussd["*100#"] = (50_000, 0, "Balance", 15)
    box.run(4 * MINUTE)
    start = box.world.now
    for _ in range(6):
        box.boss.texts("CREDIT")
        box.run(20_000)
    box.run(3 * MINUTE)
    assert sum(on for _, on in box.relay.moves(start)) == 1
