"""Chapter 11 of SPEC (manual 12): credit and other codes."""

import gsm0338  # noqa: F401  registers the codec
import pytest

from tools.simulator.box import MINUTE

MENU = "Bienvenue\n\n1: Acheter un Pass\n2: Consulter\n8:-->"


def test_settings(box):
    assert box.boss.asks("CREDITUMS?") == "CREDITUMS: NO"
    assert box.boss.asks("CREDIT") == "CREDIT - Incorrect value! Use CREDITUMS=*100#"
    assert box.boss.asks("CREDITUMS=*100#") == "CREDITUMS=*100# - OK"
    assert box.boss.asks("CREDITUMS?") == "CREDITUMS: *100#"
    assert box.boss.asks("CREDIT") == "Balance: 12.50 EUR"
    assert box.boss.asks("CREDITUMS=NO") == "CREDITUMS=NO - OK"
    assert box.boss.asks("CREDITUMS?") == "CREDITUMS: NO"


@pytest.mark.parametrize("code", ["100#", "*100", "*1a#", "", "#", "**"])
def test_bad_codes(box, code):
    assert box.boss.asks("CREDITUMS=" + code) == f"CREDITUMS={code.upper()} - Incorrect value! Use *100# or NO"


@pytest.mark.parametrize(("answer", "text"), [
    ((3000, 0, "Balance: 5", 15), "Balance: 5"),
    ((3000, 0, "Balance: 5", 0), "Balance: 5"),
    ((3000, 0, "200.00 р.", 72), "200.00 р."),
    ((3000, 0, "C8329BFD06", 15), "Hello"),
    ((3000, 1, MENU.replace("\n", "\r\n"), 15), MENU.replace("\n\n", "\n")),
    ((3000, 0, b'+CUSD: 0,"no dcs"', None), "no dcs"),
    ((3000, 0, b'+CUSD: 0, "cut off in the', None), "cut off in the"),
    ((3000, 0, b'+CUSD: 0, "line one\nline two", 15', None), "line one\nline two"),
    ((3000, 0, b'+CUSD: 0, "\x01 5 left", 15', None), "£ 5 left"),
    ((3000, 0, "OK\r\nERROR\r\nbye", 15), "OK\nERROR\nbye"),
])  # fmt: skip
def test_answers(box, answer, text):
    box.network.ussd["*100#"] = answer
    box.boss.asks("CREDITUMS=*100#")
    assert box.boss.asks("CREDIT") == text


def test_an_unfinished_session_is_closed(box):
    box.network.ussd["*100#"] = (2000, 1, "Choose 1 or 2", 15)
    box.boss.asks("CREDITUMS=*100#")
    assert box.boss.asks("CREDIT") == "Choose 1 or 2"
    assert box.modem.ussd_open is False


@pytest.mark.parametrize("answer", [(1500, 2, None, None), (1500, 4, None, None)])
def test_a_code_that_the_network_refuses(box, answer):
    box.network.ussd["*100#"] = answer
    box.boss.asks("CREDITUMS=*100#")
    assert box.boss.asks("CREDIT") == "Execute error!"


def test_operator_s_silence(box):
    box.network.ussd["*100#"] = None
    box.boss.asks("CREDITUMS=*100#")
    start = box.world.now
    assert box.boss.asks("CREDIT") == "Execute error!"
    assert 60_000 < box.world.now - start < 75_000


def test_a_text_meanwhile_is_answered_at_once(box):
    box.network.ussd["*100#"] = (40_000, 0, "Balance: 5", 15)
    box.boss.asks("CREDITUMS=*100#")
    box.boss.texts("CREDIT")
    box.run(3000)
    assert box.family.asks("ON") == "Power socket ON"
    assert box.boss.receives() == "Balance: 5"
    assert not box.modem.store


def test_simcard(box):
    box.network.ussd["*121*7#"] = (2000, 0, "Activated", 15)
    assert box.boss.asks("SIMCARD*121*7#") == "Activated"
    assert box.boss.asks("SIMCARD*12x#").startswith("SIMCARD*12X# - Incorrect value!")


def test_several_commands_with_credit(box):
    box.boss.asks("CREDITUMS=*100#")
    assert box.boss.asks("ON;CREDIT") == "Power socket ON\nBalance: 12.50 EUR"
    assert box.relay.on


def test_credit_with_smsconfirm_off(box):
    box.boss.asks("CREDITUMS=*100#")
    box.boss.asks("SMSCONFIRM=OFF")
    assert box.boss.asks("CREDIT") == "Balance: 12.50 EUR"


def test_a_modem_that_restarts_meanwhile(box):
    box.network.ussd["*100#"] = (20_000, 0, "Balance: 5", 15)
    box.boss.asks("CREDITUMS=*100#")
    box.boss.texts("CREDIT")
    box.run(5000)
    box.modem.restart()
    assert box.boss.receives(5 * MINUTE) == "Execute error!"
    assert box.boss.asks("CREDIT") == "Balance: 5"


def test_every_letter_of_the_gsm_alphabet_comes_back(box):
    """Through the firmware's own codec on the real MicroPython, both ways; then letters that need UCS2."""
    letters = bytes(code for code in range(128) if code not in (10, 13, 27)).decode("gsm03.38")
    for text in (letters[:60], letters[60:], "^{}\\[~]|€ [brackets]", "Баланс: 5 € „ok“ 😀"):
        box.network.ussd["*100#"] = (1000, 0, text, 72)
        assert box.boss.asks("SIMCARD*100#") == text


@pytest.mark.parametrize("text", ["€OK", "ÄÖ", "“€”", "№1", "x😀", "ON€", "«ON", "日本"])
def test_letters_of_any_size_are_no_trouble(box, text):
    reply = box.boss.asks(text)
    assert "No such command exists on the device!" in reply or text == "«ON"
