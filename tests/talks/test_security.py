"""Chapters 3 and 5 of SPEC: security list, password, alert numbers, confirmations."""

import pytest

from tools.simulator.box import BOSS, HOUR, MINUTE

BOSS_REPLY = (
    "Your phone number has been assigned for all types of alerts and was added to security list which has been activated"
)


def test_makemeboss(box):
    assert box.boss.asks("MAKEMEBOSS") == BOSS_REPLY
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111"
    assert box.boss.asks("ALERTNUMBER?") == "ALERTNUMBERs: 358401111111"
    assert box.boss.asks("SECLIST?") == "SECLIST=OFF,(ON)"
    box.family.texts("MAKEMEBOSS")
    box.family.receives_nothing()
    assert box.boss.asks("SECNUMBER+358402222222") == "SECNUMBER+358402222222 - OK"
    assert box.family.asks("MAKEMEBOSS") == BOSS_REPLY  # from a listed number
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111, 358402222222"
    assert box.boss.asks("ALERTNUMBER?") == "ALERTNUMBERs: 358401111111, 358402222222"


@pytest.mark.parametrize("sender", ["", "Operator"])
def test_r3_1_makemeboss_without_a_number_is_refused(box, sender):
    box.network.send_to_device(sender, "MAKEMEBOSS")
    box.run(MINUTE)
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"
    assert box.boss.asks("ALERTNUMBER?") == "ALERTNUMBERs: "


def test_r3_2_nobody_locks_himself_out(box):
    assert box.boss.asks("SECLIST=ON") == "SECNUMBER list is empty!"
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"
    box.boss.asks("MAKEMEBOSS")
    box.boss.asks("RING=SWITCH")
    assert box.boss.asks("SECNUMBER-358401111111") == "SECNUMBER-358401111111 - OK"
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"
    assert box.boss.asks("RING?") == "RING=(NOACTION),RESTART,SWITCH"


def test_r3_2_removing_all_and_switching_off(box):
    box.boss.asks("MAKEMEBOSS;RING=RESTART")
    assert box.boss.asks("SECNUMBER-ALL") == "SECNUMBER-ALL - OK"
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: "
    assert box.boss.asks("SECLIST?;RING?") == "SECLIST=(OFF),ON\nRING=(NOACTION),RESTART,SWITCH"
    box.boss.asks("MAKEMEBOSS;RING=RESTART")
    assert box.boss.asks("SECLIST=OFF") == "SECLIST=OFF - OK"
    assert box.boss.asks("RING?") == "RING=(NOACTION),RESTART,SWITCH"
    assert box.boss.asks("SECLIST=ON") == "SECLIST=ON - OK"  # the numbers are still there


@pytest.mark.parametrize("name", ["SECNUMBER", "ALERTNUMBER"])
def test_r3_3_lists(box, name):
    numbers = [f"35840000000{i}" for i in range(10)]
    for number in numbers:
        assert box.boss.asks(f"{name}+{number}") == f"{name}+{number} - OK"
    assert box.boss.asks(f"{name}+358999999999") == f"{name} list is full!"
    assert box.boss.asks(f"{name}+{numbers[3]}") == f"{name}+{numbers[3]} - OK"  # twice is once, in its old place
    assert box.boss.asks(f"{name}?") == f"{name}s: " + ", ".join(numbers)
    assert box.boss.asks(f"{name}-{numbers[3]}") == f"{name}-{numbers[3]} - OK"
    assert box.boss.asks(f"{name}-{numbers[3]}").startswith(f"{name}-{numbers[3]} - Incorrect value!")
    assert box.boss.asks(f"{name}+12125555555") == f"{name}+12125555555 - OK"
    assert box.boss.asks(f"{name}?") == f"{name}s: " + ", ".join(numbers[:3] + numbers[4:] + ["12125555555"])
    box.cut_power()
    box.restart()
    assert box.boss.asks(f"{name}?").endswith("12125555555")
    assert box.boss.asks(f"{name}-ALL") == f"{name}-ALL - OK"
    assert box.boss.asks(f"{name}?") == f"{name}s: "


@pytest.mark.parametrize("value", ["", "12", "1234567890123456", "abc", "358-40-1", "+", "35840x"])
@pytest.mark.parametrize("name", ["SECNUMBER", "ALERTNUMBER"])
def test_r3_3_a_number_is_digits(box, name, value):
    reply = box.boss.asks(f"{name}+{value}")
    assert reply.startswith(f"{name}+{value.upper()} - Incorrect value! Use up to 15 digits")
    assert box.boss.asks(f"{name}?") == f"{name}s: "


def test_r1_2_a_password_stands_before_the_command(box):
    assert box.boss.asks("PASSWORD=12abC") == "PASSWORD=***** - OK"
    assert box.boss.asks("ON") == "Invalid access password!"
    assert box.boss.asks("12abcON") == "Invalid access password!"
    assert not box.relay.on
    assert box.boss.asks("12abCon") == "Power socket ON"
    assert box.boss.asks("12abCPASSWORD=no") == "PASSWORD=NO - OK"
    assert box.boss.asks("OFF") == "Power socket OFF"


@pytest.mark.parametrize("value", ["", "1234", "123456", "12 34", "1234!", "12abä"])
def test_a_password_is_five_letters_or_digits(box, value):
    reply = box.boss.asks("PASSWORD=" + value)
    assert reply.endswith(" - Incorrect value! Use 5 letters or digits, or NO")
    assert len(value) < 2 or value.upper() not in reply
    assert box.boss.asks("ON") == "Power socket ON"


def test_r3_4_passwords_appear_nowhere(box):
    box.boss.asks("PASSWORD=Zq7xK")
    box.boss.asks("Zq7xKON")
    box.boss.asks("Zq7xKNONSENSE")
    box.boss.asks("Zq7xPSTATUS")
    texts = [text for _, text, _ in box.network.submitted] + box.log
    assert not [text for text in texts if "zq7x" in text.lower()]


def test_r3_4_five_wrong_passwords(box):
    box.boss.asks("MAKEMEBOSS;SECLIST=OFF;PASSWORD=12abc")
    for number in range(4):
        assert box.stranger.asks(f"xxxx{number}ON") == "Invalid access password!"
    assert box.stranger.asks("yyyyyON") == "Invalid access password!"
    assert box.boss.receives() == "ALERT! 5 wrong passwords from +358403333333, ignored for an hour"
    box.stranger.texts("12abcON")  # even the right one
    box.stranger.receives_nothing()
    assert not box.relay.on
    assert box.boss.asks("12abcON") == "Power socket ON"
    box.run(HOUR)
    assert box.stranger.asks("12abcOFF") == "Power socket OFF"
    box.boss.receives_nothing()


def test_r3_4_wrong_passwords_spread_over_hours_are_typing_errors(box):
    box.boss.asks("MAKEMEBOSS;PASSWORD=12abc")
    for _ in range(7):
        assert box.boss.asks("12abdON") == "Invalid access password!"
        box.run(20 * MINUTE)
    assert box.boss.asks("12abcON") == "Power socket ON"


def test_r3_5_withheld_with_the_password(box):
    box.boss.asks("PASSWORD=12abc")
    box.network.send_to_device("", "12abcON")
    box.run(MINUTE)
    assert box.relay.on
    box.network.send_to_device("", "OFF")
    box.run(MINUTE)
    assert box.relay.on
    assert len(box.network.submitted) == 1


def test_list_and_password_together(box):
    box.boss.asks("MAKEMEBOSS;PASSWORD=12abc")
    box.stranger.texts("12abcON")
    box.stranger.receives_nothing()
    assert box.boss.asks("ON") == "Invalid access password!"
    assert box.boss.asks("12abcON") == "Power socket ON"


def test_alertme(box):
    reply = "Your phone number has been assigned for all types of alerts!"
    assert box.family.asks("ALERTME") == reply
    assert box.boss.asks("ALERTME") == reply
    assert box.family.asks("ALERTME") == reply
    assert box.boss.asks("ALERTNUMBER?") == "ALERTNUMBERs: 358402222222, 358401111111"


@pytest.mark.parametrize(("name", "factory", "other"), [
    ("SMSCONFIRM", "ON", "OFF"), ("ERROR", "ON", "OFF"), ("SMSCONFIRMUNAUTH", "OFF", "ON"),
])  # fmt: skip
def test_chapter_5_confirmations(box, name, factory, other):
    assert box.boss.asks(name + "?") == f"{name}=({factory}),{other}"
    assert box.boss.asks(f"{name}={other}") == f"{name}={other} - OK"
    assert box.boss.asks(name + "?") == f"{name}={factory},({other})"
    assert box.boss.asks(f"{name}={factory}") == f"{name}={factory} - OK"


def test_r20_3_a_user_may_not_configure(box):
    box.boss.asks("MAKEMEBOSS")
    assert box.boss.asks("SECNUMBER+358402222222,user") == "SECNUMBER+358402222222,USER - OK"
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111, 358402222222(USER)"
    assert box.family.asks("ON") == "Power socket ON"
    assert box.family.asks("RESTARTTIME?") == "RESTARTTIME=10 seconds"
    assert box.family.asks("RESTARTTIME=5") == "Access deny!"
    assert box.family.asks("MAKEMEBOSS") == "Access deny!"
    assert box.boss.asks(f"SECNUMBER+{BOSS},USER") == "SECNUMBER list needs one who may configure!"
    assert box.boss.asks("RESTARTTIME=5") == "RESTARTTIME=5 - OK"
