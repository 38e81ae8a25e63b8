"""R20.7: what the device costs is bounded."""

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE


def _sent(box, since=0):
    return [(number, text) for number, text, at in box.network.submitted if at >= since]


def _answers(phone, box, text):
    """A machine that answers every text at once, as it came or with its own words."""
    on_text = box.network.on_text

    def answer(to, message):
        on_text(to, message)
        if to is phone.phone:
            phone.texts(text or message.text)

    box.network.on_text = answer


@pytest.mark.parametrize("text", ["I am on holiday", "", "STATUS"])
@pytest.mark.parametrize("secured", [False, True])
def test_an_auto_responder_for_an_hour(box, text, secured):
    if secured:
        box.boss.asks("MAKEMEBOSS;SMSCONFIRMUNAUTH=ON")
    box.run(15_000)
    _answers(box.stranger, box, text)
    box.stranger.texts("HELLO")
    start = box.world.now
    box.run(HOUR)
    to_machine = [row for row in _sent(box, start) if row[0] == box.stranger.number]
    assert len(to_machine) <= (100 if text == "STATUS" and not secured else 6)


def test_it_is_one_number_s_errors(box):
    box.run(15_000)
    for number in range(8):
        box.stranger.texts(f"NONSENSE{number}")
        box.run(15_000)
    assert len(box.stranger.reads_all()) == 5
    assert box.boss.asks("NONSENSE").endswith("device!")
    box.run(HOUR)
    assert box.stranger.asks("NONSENSE9").endswith("device!")


@pytest.mark.texts(30)
def test_replies_stop_at_the_limit_and_it_is_told_once(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SMSLIMIT=5;SECNUMBER+358402222222")
    box.run(20_000)
    before = len(box.network.submitted)  # parts count
    for number in range(10):
        box.family.texts(f"RESTARTTIME={number + 5}")
        box.run(15_000)
    assert len(box.family.reads_all()) == 5 - before
    (told,) = box.boss.reads_all()
    assert told.startswith("ALERT! 5 messages today")
    box.board.type("ALERT=SMSCHANGE")
    box.run(2000)
    box.board.type("ALARMON")
    box.run(5000)
    for _ in range(8):
        box.contact(True)
        box.run(6 * MINUTE)
        box.contact(False)
        box.run(6 * MINUTE)
    alerts = [text for text in box.boss.reads_all() if text.startswith("ALARM")]
    assert len(alerts) == 5
    box.run(DAY)
    assert box.family.asks("RESTARTTIME?") == "RESTARTTIME=14 seconds"


@pytest.mark.texts(220)
def test_an_open_door_for_a_day(make_box):
    """ALERT=SMS tells of a sensor that stays active again and again: 10 an hour, 200 a day."""
    box = make_box(start="2026-03-01 22:00:00").on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.boss.asks("ALARMON")
    box.contact(True)
    start = box.world.now
    box.run(HOUR)
    assert len(_sent(box, start)) <= 10
    box.run(DAY - HOUR)
    assert len(_sent(box)) <= 200 + 2


def test_a_door_that_flaps(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;ALERT=SMSCHANGE")
    box.boss.asks("ALARMON")
    box.run(15_000)
    start = box.world.now
    for _ in range(40):
        box.contact(True)
        box.run(30_000)
        box.contact(False)
        box.run(30_000)
    box.contact(True)  # not what was told last
    first = [text for _, text in _sent(box, start)]
    assert len(first) == 10
    assert not first[-1].endswith(first[-2][-17:])
    box.run(30 * MINUTE)
    told = [text for _, text in _sent(box, start)]
    assert len(told) == 11
    assert told[-1].startswith("ALARM! Sensor activated")


@pytest.mark.parametrize("text", [";".join(["HELP"] * 31), ";".join(["HELP"] * 10), ";".join(["STATUS"] * 10), "HELP"])
def test_a_reply_has_at_most_four_parts(box, text):
    box.boss.texts(text)
    box.run(2 * MINUTE)
    assert len(_sent(box)) <= 4
    (reply,) = box.boss.reads_all()
    if text.count(";") > 9:
        assert reply.endswith("...\nToo many commands! Use up to 10")


def test_an_equal_text_within_ten_seconds_is_executed_and_not_answered(box):
    box.boss.texts("ON")
    box.run(4000)
    box.press()
    box.run(500)
    assert not box.relay.on
    box.boss.texts("ON")
    box.run(20_000)
    assert box.relay.on
    assert box.boss.reads_all() == ["Power socket ON"]


@pytest.mark.parametrize("sender", ["", "Operator", "Bank24"])
def test_who_has_no_number_is_never_answered(box, sender):
    box.network.send_to_device(sender, "STATUS")
    box.run(MINUTE)
    assert not box.network.submitted


def test_the_count_outlives_a_power_cut(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SMSLIMIT=4;SECNUMBER+358402222222")
    for number in range(5):
        box.family.texts(f"RESTARTTIME={number + 5}")
        box.run(15_000)
    box.cut_power()
    box.restart()
    box.family.reads_all()
    box.family.texts("STATUS")
    box.family.receives_nothing(MINUTE)
