"""Chapter 1 of SPEC: what is a command, who may send it, what comes back."""

from datetime import UTC

import pytest

from tools.simulator.box import BOSS, DAY, HOUR, MINUTE


@pytest.mark.parametrize("text", ["on", " ON ", "On.", "“ON”", "\u200bON\ufeff", "'on'.", "\u00a0ON\n"])
def test_r1_1_what_phones_add_is_ignored(box, text):
    assert box.boss.asks(text) == "Power socket ON"
    assert box.relay.on


@pytest.mark.parametrize("text", ["RESTARTTIME = 7", "restarttime =7.", "RestartTime= 7"])
def test_r1_1_white_space_around_equals(box, text):
    assert box.boss.asks(text) == "RESTARTTIME=7 - OK"


def test_r1_1_an_unknown_command(box):
    assert box.boss.asks("frobnicate") == "FROBNICATE - No such command exists on the device!"
    assert box.boss.asks("ONX") == "ONX - No such command exists on the device! ON?"
    assert box.boss.asks("TEMPERATURE?") == "TEMPERATURE? - No such command exists on the device!"
    assert box.boss.asks("???") == "??? - No such command exists on the device!"
    assert not box.relay.on


def test_r1_1_letters_outside_the_alphabet_do_not_come_back(box):
    assert box.boss.asks("Включи ON") == "?????? ON - No such command exists on the device!"


def test_r1_3_a_long_command_is_dropped(box):
    box.boss.texts("RESTARTTIME=000000000000000000005")
    box.boss.receives_nothing()
    assert box.boss.asks("X" * 30) == "X" * 30 + " - No such command exists on the device!"
    box.boss.texts("X" * 31)
    box.boss.receives_nothing()


def test_r1_3_the_password_does_not_count(box):
    assert box.boss.asks("PASSWORD=12abc") == "PASSWORD=***** - OK"
    assert box.boss.asks("12abc" + "X" * 30).startswith("X" * 30)
    box.boss.texts("12abc" + "X" * 31)
    box.boss.receives_nothing()


def test_r1_4_the_configuration_window_closes_and_opens_again(box):
    box.run(29 * MINUTE)
    assert box.boss.asks("RESTARTTIME=7") == "RESTARTTIME=7 - OK"
    box.run(29 * MINUTE)
    assert box.boss.asks("RESTARTTIME=8") == "RESTARTTIME=8 - OK"  # the last Conf command opened it anew
    box.run(31 * MINUTE)
    assert box.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - Time for configuration is expired (Conf)!"
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=8 seconds"  # Inf at any time
    assert box.boss.asks("ON") == "Power socket ON"  # Ctrl at any time
    box.cut_power()
    box.restart()
    assert box.boss.asks("RESTARTTIME=9") == "RESTARTTIME=9 - OK"


@pytest.mark.parametrize("secure", [["MAKEMEBOSS"], ["PASSWORD=12abc"]], ids=["list", "password"])
def test_r1_4_with_security_the_window_is_always_open(box, secure):
    for text in secure:
        box.boss.asks(text)
    box.run(2 * HOUR)
    prefix = "12abc" if "PASSWORD" in secure[0] else ""
    assert box.boss.asks(prefix + "RESTARTTIME=9") == "RESTARTTIME=9 - OK"


def test_r1_5_choices_show_the_present_one_in_parentheses(box):
    assert box.boss.asks("RING?") == "RING=(NOACTION),RESTART,SWITCH"
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"
    box.boss.asks("MAKEMEBOSS")
    assert box.boss.asks("SECLIST?") == "SECLIST=OFF,(ON)"
    box.boss.asks("RING=SWITCH")
    assert box.boss.asks("RING?") == "RING=NOACTION,RESTART,(SWITCH)"


def test_r1_6_smsconfirm_off_silences_conf_and_ctrl_only(box):
    assert box.boss.asks("SMSCONFIRM=OFF") == "SMSCONFIRM=OFF - OK"
    box.boss.texts("ON")
    box.boss.receives_nothing()
    assert box.relay.on
    box.boss.texts("RESTARTTIME=5")
    box.boss.receives_nothing()
    for text, reply in {
        "RESTARTTIME?": "RESTARTTIME=5 seconds",
        "TEMPERATURE": "TEMPERATURE: 21C(70F)",
        "FIRMWARE": "v1.0.0",
        "SHOWALARMLOG": "ALARM log is empty",
    }.items():
        assert box.boss.asks(text) == reply
    for text in ("STATUS", "RUNTIME", "HARDWARE", "SERIALNUM", "DATE", "HELP"):
        assert box.boss.asks(text)
    assert box.boss.asks("NONSENSE").startswith("NONSENSE - No such")  # errors are another matter
    assert box.boss.asks("SMSCONFIRM=ON") == "SMSCONFIRM=ON - OK"


def test_r1_7_error_off_silences_every_error(box):
    assert box.boss.asks("ERROR=OFF") == "ERROR=OFF - OK"
    for text in ("NONSENSE", "RESTARTTIME=0", "SECLIST=ON"):
        box.boss.texts(text)
    box.boss.receives_nothing()
    box.run(HOUR)
    box.boss.texts("RESTARTTIME=5")
    box.boss.receives_nothing()
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=10 seconds"


def test_r1_7_an_incorrect_value_says_what_is_allowed_and_changes_nothing(box):
    for number, value in enumerate(("0", "601", "5.5", "", "-1", "1e2", "9999999999")):
        phone = box.phone(f"+35840777000{number}")  # no more than five errors an hour go to one number (R20.7)
        assert phone.asks("RESTARTTIME=" + value) == f"RESTARTTIME={value.upper()} - Incorrect value! Use 1..600"
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=10 seconds"
    assert box.boss.asks("SMSCONFIRM=MAYBE") == "SMSCONFIRM=MAYBE - Incorrect value! Use ON,OFF"


def test_r1_8_a_stranger_gets_nothing_and_changes_nothing(box):
    box.boss.asks("MAKEMEBOSS")
    for text in ("ON", "STATUS", "SECNUMBER?", "MAKEMEBOSS", "NONSENSE", "SECLIST=OFF"):
        box.stranger.texts(text)
    box.stranger.receives_nothing(2 * MINUTE)
    assert not box.relay.moves(1)
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111"
    assert not box.modem.store


def test_r1_8_smsconfirmunauth_tells_the_stranger(box):
    box.boss.asks("MAKEMEBOSS")
    assert box.boss.asks("SMSCONFIRMUNAUTH=ON") == "SMSCONFIRMUNAUTH=ON - OK"
    assert box.stranger.asks("ON") == "Access deny!"
    assert not box.relay.on


@pytest.mark.parametrize("sender", ["Operator", ""])
def test_r1_8_a_name_or_no_number_is_on_no_list(box, sender):
    box.boss.asks("MAKEMEBOSS")
    box.network.send_to_device(sender, "ON")
    box.run(MINUTE)
    assert not box.relay.on


def test_r1_9_numbers_match_on_digits(box):
    assert box.boss.asks("SECNUMBER+00358401111111") == "SECNUMBER+358401111111 - OK"
    box.boss.asks("SECLIST=ON")
    assert box.boss.asks("ON") == "Power socket ON"
    national = box.phone("0401111111")
    national.texts("OFF")
    national.receives_nothing()
    assert box.relay.on
    box.boss.asks("SECNUMBER+0401111111")
    assert national.asks("OFF") == "Power socket OFF"


def test_r1_10_what_arrives_while_it_is_off_is_executed_in_order(box):
    box.cut_power()
    for text in ("ON", "RESTARTTIME=7", "RESTARTTIME=8"):
        box.boss.texts(text)
        box.run(2000)
    box.restart()
    assert [box.boss.receives() for _ in range(3)] == ["Power socket ON", "RESTARTTIME=7 - OK", "RESTARTTIME=8 - OK"]
    assert box.relay.on


def test_r1_10_a_message_older_than_a_day_is_deleted(box):
    box.modem.store[3] = [1, _old(box, "ON", days=2)]
    box.modem.store[4] = [1, _old(box, "RESTARTTIME=7", days=0.5)]
    box.cut_power()
    box.restart()
    assert box.boss.receives() == "RESTARTTIME=7 - OK"
    box.boss.receives_nothing()
    assert not box.relay.on
    assert not box.modem.store
    assert any("older than a day" in line for line in box.log)


def _old(box, text, days):
    from datetime import timedelta

    from tools.simulator.network import sms

    return sms.deliver(BOSS, text, box.network.local() - timedelta(days=days))[0]


def test_r1_10_a_wrong_clock_set_by_hand_does_not_lock_the_owner_out(bare):
    bare.network.nitz = False
    bare.on()
    assert bare.boss.asks("DATE=40/01/01,00:00:00+00") == "DATE=40/01/01,00:00:00+00 - OK"
    bare.board.power_off()  # the modem's clock bridges it
    bare.boss.texts("ON")
    bare.run(10_000)
    bare.restart()
    assert bare.boss.receives() == "Power socket ON"
    bare.run(DAY)
    assert bare.boss.asks("OFF") == "Power socket OFF"


def test_r1_10_a_new_message_is_never_too_old(box):
    """The service centre's clock may be wrong by years: what arrives now counts."""
    from datetime import datetime

    box.boss.texts("ON", when=datetime(2020, 1, 1, tzinfo=UTC))
    assert box.boss.receives() == "Power socket ON"


def test_r1_10_a_long_message_in_any_order_and_twice(box):
    text = "RESTARTTIME=7;" + "".join(f"SCHEDULER+08:0{number},*,ON;" for number in range(7)) + "ON"
    for wide in (False, True):
        box.boss.texts(text, order=[2, 1, 2], wide=wide, twice=wide)
        reply = box.boss.receives()
        assert reply.startswith("RESTARTTIME=7 - OK\nSCHEDULER+08:00,*,ON - OK")
        assert reply.endswith("Power socket ON")
        box.boss.receives_nothing()
        box.boss.asks("OFF")
    box.run(15 * MINUTE)
    assert not box.modem.store


def test_r1_10_a_part_that_stays_alone_is_deleted(box):
    box.boss.texts("STATUS;" * 30, order=[1])
    box.run(5 * MINUTE)
    assert len(box.modem.store) == 1
    box.run(8 * MINUTE)
    assert not box.modem.store
    assert any("stayed alone" in line for line in box.log)
    box.boss.receives_nothing()


def test_r1_10_the_network_delivers_twice(box):
    box.boss.texts("ON", twice=True)
    assert box.boss.receives() == "Power socket ON"
    box.boss.receives_nothing()
    assert len(box.relay.moves(1)) == 1


def test_r1_10_two_people_at_once(box):
    box.boss.texts("ON")
    box.family.texts("RESTARTTIME=9")
    box.stranger.texts("STATUS")
    assert box.boss.receives() == "Power socket ON"
    assert box.family.receives() == "RESTARTTIME=9 - OK"
    assert box.stranger.receives().startswith("Power socket ON")


def test_messages_that_are_no_texts_are_deleted_in_silence(box):
    status = bytes.fromhex("06040D91945152991136F00160124130340A0160124130940A00")
    wap = bytes.fromhex("440B911174164210F000F57130929034628006060504" + "0B8423F0")
    garbage = bytes.fromhex("04FF91")
    for pdu in (status, wap, garbage):
        box.network.send_pdu(pdu)
    box.run(3 * MINUTE)
    assert not box.modem.store
    assert not box.network.submitted
    assert box.boss.asks("ON") == "Power socket ON"


def test_r20_1_several_commands_in_one_message(box):
    reply = box.boss.asks("ON; RESTARTTIME=7\nNONSENSE;;STATUS ; " + "X" * 40)
    lines = reply.split("\n")
    assert lines[:3] == ["Power socket ON", "RESTARTTIME=7 - OK", "NONSENSE - No such command exists on the device!"]
    assert lines[3] == "Power socket ON"
    assert len(lines) == 9


def test_r20_1_a_failed_command_does_not_stop_the_others(box):
    assert box.boss.asks("RESTARTTIME=0;ON") == "RESTARTTIME=0 - Incorrect value! Use 1..600\nPower socket ON"
    assert box.relay.on


def test_r20_1_the_password_stands_once_in_front(box):
    box.boss.asks("PASSWORD=12abc")
    assert box.boss.asks("12abcON;RESTARTTIME=7") == "Power socket ON\nRESTARTTIME=7 - OK"
    assert box.boss.asks("12abc on ; 12abcOFF").split("\n")[0] == "Power socket ON"


def test_an_empty_message_is_ignored(box):
    box.boss.texts(" ")
    box.boss.texts(" . ;;\n")
    box.boss.receives_nothing()
    assert not box.modem.store


@pytest.mark.parametrize(
    "text",
    ["OK", "ERROR", '+CMTI: "SM",1', "RING", "+CMS ERROR: 500", "> ", "AT+CMGD=1,4", "\x1bOK", "NO CARRIER", "@@@@", "ON\x00"],
)
def test_a_body_that_looks_like_the_modem_is_only_a_body(box, text):
    box.network.send_to_device(box.boss.number, text.replace("\x1b", "€").replace("\x00", "@"))
    box.run(MINUTE)
    assert not box.relay.on
    assert not box.modem.store
    assert box.modem.boots == 1
    box.boss.reads_all()
    assert box.boss.asks("ON") == "Power socket ON"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.texts(100)
def test_nonsense_of_every_kind(box, seed):
    """Two hundred random texts: the device answers or not, logs no error of its own, and goes on."""
    import random

    rng = random.Random(seed)
    words = [
        "ON",
        "OFF",
        "SECNUMBER",
        "RESTARTTIME",
        "SCHEDULER",
        "DATE",
        "HELP",
        "PASSWORD",
        "ALERT",
        "CREDITUMS",
        "SWITCHOFFTEMP",
        "RELAYTIME",
    ]
    letters = "=+-?*#, ;:.\n\"'“€äЖ日😀\u200b0123456789CFN" + "".join(chr(code) for code in range(33, 127))
    for _ in range(70):
        text = rng.choice([*words, ""]) + "".join(rng.choice(letters) for _ in range(rng.randrange(12)))
        box.network.send_to_device(f"+3585000{rng.randrange(10_000):04d}", text[:60] or ".")
        box.run(8000)
    box.run(10 * MINUTE)
    assert not box.modem.store
    assert box.board.starts == 1 or any("command REBOOT" in line for line in box.log)
