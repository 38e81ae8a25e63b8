"""R1.4, R1.8, R3.1 to R3.4: senders who cannot cheat, passwords that appear nowhere, numbers that exist."""

import pytest

from tools.simulator.box import HOUR, MINUTE
from tools.simulator.network import alphabet, pdu

TAKE_OVER = "Your phone number has been assigned for all types of alerts"


def _named(box, name, text):
    """A text of an alphanumeric sender, digits only as well."""
    septets = alphabet.encode(name)
    address = bytes(((len(septets) * 7 + 3) // 4, 0xD0)) + alphabet.pack(septets)
    body = alphabet.encode(text)
    box.network.send_pdu(b"\x04" + address + b"\0\0" + pdu.stamp(box.network.local()) + pdu.user_data(body, 0))


def _addressed(box, address, text):
    body = alphabet.encode(text)
    box.network.send_pdu(b"\x04" + address + b"\0\0" + pdu.stamp(box.network.local()) + pdu.user_data(body, 0))


@pytest.mark.parametrize("text", ["ON", "SECNUMBER+358409999999", "MAKEMEBOSS"])
def test_r1_8_a_name_made_of_digits_is_a_name(box, text):
    box.boss.asks("MAKEMEBOSS;SECNUMBER+35840111")
    _named(box, "35840111", text)
    box.run(2 * MINUTE)
    assert not box.relay.on
    assert not box.modem.store
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111, 35840111"
    assert not [number for number, _, _ in box.network.submitted if number.strip("+") == "35840111"]


def test_r1_8_an_address_without_digits_is_withheld(box):
    box.boss.asks("PASSWORD=12abc")
    _addressed(box, b"\x00\x80", "12abcON")
    box.run(MINUTE)
    assert box.relay.on
    _addressed(box, b"\x00\x00", "12abcOFF")
    box.run(MINUTE)
    assert not box.relay.on
    assert not box.modem.store


@pytest.mark.parametrize("how", ["REBOOT", "watchdog"])
def test_r1_4_a_restart_does_not_open_the_window(box, how):
    box.boss.asks("ALERTME")
    box.run(31 * MINUTE)
    if how == "REBOOT":
        assert box.stranger.asks("REBOOT")
    else:
        box.board.power_off()
        box.board.power_on(how)
    box.run(MINUTE)
    box.wait_ready()
    assert box.stranger.asks("MAKEMEBOSS") == "MAKEMEBOSS - Time for configuration is expired (Conf)!"
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"
    box.cut_power()
    box.restart()
    box.run(MINUTE)
    box.boss.reads_all()
    assert box.boss.asks("MAKEMEBOSS").startswith(TAKE_OVER)


def test_r1_4_a_restart_does_not_close_the_window_either(box):
    box.run(10 * MINUTE)
    box.board.power_off()
    box.board.power_on("watchdog")
    box.wait_ready()
    assert box.boss.asks("RESTARTTIME=7") == "RESTARTTIME=7 - OK"


LEAKS = [
    "12abcON;12abcOFF", "12abcHELP PASSWORD=98xyz", "12ABCSTATUS", "x12abc", "12abcPASSWORD=98xyz1", "12abcPASWORD=98xyz",
    "12abcPASSWROD=98xyz", "12abcPASS=98xyz", "12abc PASSWORD = 98xyz", "12abcpassword=98XYZ extra", "12abcPASSWORD:98xyz",
    "12abcPASSWORD 98xyz", "12abcON;PASSWORD=98xyzz", "12abcNONSENSE 12abc", "12abcID=12abc", "PASWORD=98xyz;12abcON",
    "12abcPASSWORD+98xyz", "12abcPASSWORD=98xyz?", "12abcPASSWORD==98xyz",
]  # fmt: skip


@pytest.mark.parametrize("text", LEAKS)
def test_r3_4_no_password_in_any_reply_or_line(box, text):
    box.boss.asks("PASSWORD=12abc")
    box.boss.texts(text)
    box.run(30_000)
    said = [text for _, text, _ in box.network.submitted] + box.log
    assert not [line for line in said if "12abc" in line.lower() or "98xyz" in line.lower()]


@pytest.mark.parametrize("line", ["PASSWORD=98xyz", "12abcON", "PASSWROD=98xyz", "12abcPASSWORD=98xyzz", "HELP PASSWORD=98xyz"])
def test_r3_4_nor_on_usb(box, line):
    box.boss.asks("PASSWORD=12abc")
    box.board.type(line)
    box.run(20_000)
    box.boss.texts("ON")
    box.run(20_000)
    said = [text for _, text, _ in box.network.submitted] + box.log
    assert not [line for line in said if "12abc" in line.lower() or "98xyz" in line.lower()]


@pytest.mark.parametrize("text", ["PASWORD=98xyz", "PASSWROD=98xyz", "PASS=98xyz", "pasword=98xyz", "PASWORT=98xyz"])
def test_r3_4_a_mistyped_word_without_a_password_set(box, text):
    box.boss.texts(text)
    box.run(30_000)
    said = [text for _, text, _ in box.network.submitted] + box.log
    assert not [line for line in said if "98xyz" in line.lower()]


def test_r1_2_the_password_may_stand_before_each_command(box):
    box.boss.asks("PASSWORD=12abc")
    assert box.boss.asks("12abcON;12abcRESTARTTIME=7") == "Power socket ON\nRESTARTTIME=7 - OK"


def test_r3_3_the_national_boss_is_told_where_he_is(box):
    national = box.phone("0405556666")
    assert national.asks("MAKEMEBOSS").startswith(TAKE_OVER)
    box.boss.phone.reachable = True
    assert national.asks("ALARMON")
    box.contact(True)
    assert national.receives().startswith("ALARM!")
    assert not [number for number, _, _ in box.network.submitted if number.startswith("+0")]


@pytest.mark.parametrize(("typed", "dialled"), [
    ("0405556666", "0405556666"), ("358405556666", "+358405556666"), ("00358405556666", "+358405556666"), ("12345", "12345"),
    ("+358405556666", "+358405556666"),
])  # fmt: skip
def test_r3_3_forms_of_numbers(box, typed, dialled):
    box.boss.asks("POWERALERT=OFF;ALERTNUMBER+" + typed)
    box.boss.asks("ALARMON")
    box.contact(True)
    box.run(MINUTE)
    assert {number for number, text, _ in box.network.submitted if text.startswith("ALARM!")} == {dialled}


@pytest.mark.parametrize("how", ["SECNUMBER-358401111111", "SECNUMBER+358401111111,USER"])
def test_r3_2_the_last_boss_stays_while_users_remain(box, how):
    box.boss.asks("MAKEMEBOSS;SECNUMBER+358402222222,USER")
    assert box.boss.asks(how) == "SECNUMBER list needs one who may configure!"
    assert box.boss.asks("SECNUMBER?") == "SECNUMBERs: 358401111111, 358402222222(USER)"
    box.stranger.texts("ON")
    box.stranger.receives_nothing()
    assert box.boss.asks("SECNUMBER-ALL") == "SECNUMBER-ALL - OK"
    assert box.boss.asks("SECLIST?") == "SECLIST=(OFF),ON"


def test_r3_1_makemeboss_and_seclist_off_stay_as_they_are(box):
    box.boss.asks("MAKEMEBOSS;SECNUMBER+358402222222,USER")
    assert box.boss.asks("SECLIST=OFF") == "SECLIST=OFF - OK"
    assert box.family.asks("MAKEMEBOSS").startswith(TAKE_OVER)
    assert box.boss.asks("SECLIST?") == "SECLIST=OFF,(ON)"


def test_r3_4_an_hour_is_enough(box):
    box.boss.asks("MAKEMEBOSS;SECLIST=OFF;PASSWORD=12abc")
    for number in range(5):
        box.stranger.texts(f"yyyy{number}ON")
        box.run(12_000)
    box.cut_power()
    box.restart()
    box.boss.reads_all()
    box.stranger.reads_all()
    box.run(HOUR)
    assert box.stranger.asks("12abcON") == "Power socket ON"
