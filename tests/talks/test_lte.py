"""R20.17: SIM7600 and A7670 with the same firmware. What differs is a table; what LTE does to texts and calls is met."""

import pytest

from tests.talks.test_console import types
from tools.simulator.box import HOUR, KEY, MINUTE, RESET
from tools.simulator.modem.lte import A7670, Sim7600

FAMILIES = {"SIM7600": Sim7600, "A7670": A7670}


@pytest.fixture(params=FAMILIES)
def modern(make_box, request):
    """A box with a 4G modem, not plugged in yet."""
    return make_box(modem=FAMILIES[request.param])


@pytest.fixture
def online(modern):
    """The same, plugged in and registered."""
    return modern.on()


def _own(box, *texts):
    """Become the owner, and set what is wanted."""
    for text in ("MAKEMEBOSS", *texts):
        box.boss.texts(text)
        box.run(10_000)
    box.boss.reads_all()


def _works(box, text="ON", reply="Power socket ON", within=5 * MINUTE):
    box.boss.reads_all()
    box.boss.texts(text)
    assert box.boss.receives(within) == reply


@pytest.mark.parametrize("saved", [{}, {"IPR": "9600"}, {"CTZU": "1"}, {"CMGF": "1", "CNMI": "2,0,0,0,0"}], ids=str)
def test_boot_to_registered_from_every_state(modern, saved):
    modern.modem.nonvolatile.update(saved)
    modern.on()
    _works(modern)
    assert modern.modem.nonvolatile["IPR"] == "115200"
    assert modern.modem.nonvolatile["CTZU"] == "1"
    assert modern.modem.boots <= 2
    assert not modern.modem.unknown
    modern.run(MINUTE)
    assert modern.boss.asks("DATE").startswith("DATE 26/03/02,14:")


def test_a_board_alone_presses_its_key(modern):
    modern.board.power_on()
    modern.until(lambda: modern.modem.power != "off", 15_000)
    modern.wait_ready()
    _works(modern)
    assert modern.modem.boots <= 2


def test_a_deaf_one_is_switched_off_by_a_long_press(online):
    presses = []
    online.pin_hooks.append(lambda gpio, level, at: presses.append((gpio, level, at)) if gpio in (RESET, KEY) else None)
    online.modem.deaf = True
    online.run(5 * MINUTE)
    assert presses
    _works(online)


def test_a_conversation(online):
    _own(online)
    assert "Signal: Good" in online.boss.asks("STATUS")
    assert online.boss.asks("SIMCARD*100#") == "Balance: 12.50 EUR"
    online.boss.asks("ALARMON")
    online.contact(True)
    assert online.boss.receives().startswith("ALARM! Sensor activated")
    assert not online.modem.store
    assert not online.modem.unknown


def test_a_call_in_and_a_call_back(online):
    _own(online, "RING=SWITCH", "RINGCONFIRM=CALL")
    call = online.boss.phone.call()
    online.until(lambda: online.relay.on, MINUTE)
    online.until(lambda: call.state == "ended", MINUTE)
    back = online.boss.phone.calls
    online.until(lambda: back and not back[-1].incoming and back[-1].state == "ended", 2 * MINUTE)
    assert online.modem.call is None
    _works(online, "OFF", "Power socket OFF")


def test_an_alarm_call_is_hung_up(online):
    _own(online, "ALERT=CALL", "ALARMON")
    online.contact(True)
    online.until(lambda: online.boss.phone.calls and online.boss.phone.calls[-1].state == "ended", 2 * MINUTE)
    assert online.boss.receives(3 * MINUTE).startswith("ALARM! Sensor activated")  # nobody took it


def test_a_spontaneous_restart(online):
    online.modem.restart()
    online.boss.texts("ON")
    assert online.boss.receives(5 * MINUTE) == "Power socket ON"
    assert [on for _, on in online.relay.moves(1)] == [True]


def test_an_hour_without_network(online):
    online.network.go_down()
    online.boss.texts("ON")
    online.run(HOUR)
    online.network.come_up()
    assert online.boss.receives(20 * MINUTE) == "Power socket ON"


@pytest.mark.parametrize("circuit", [0, 6, 7, 11])
def test_lte_is_up_and_the_circuits_say_otherwise(online, circuit):
    online.modem.circuit = circuit
    online.modem.urc(f"+CREG: {circuit}")
    online.run(MINUTE)
    _works(online)


@pytest.mark.parametrize("code", [332, 500])
def test_an_operator_that_takes_texts_one_way_only(online, code):
    online.modem.lte_refuses = code
    _works(online, within=20 * MINUTE)


def test_codes_with_ims_on_are_an_error(online):
    online.modem.ims = True
    assert online.boss.asks("SIMCARD*100#") == "Execute error!"


def test_a_variant_without_messages_goes_on(modern):
    modern.modem.has_texts = False
    modern.on(ready=False)
    modern.run(10 * MINUTE)
    boots, starts = modern.modem.boots, modern.board.starts
    modern.run(2 * HOUR)
    assert (modern.modem.boots, modern.board.starts) == (boots, starts)
    assert any("cannot send texts" in line for line in modern.log)
    assert any("Modem: This modem cannot send texts" in line for line in types(modern, "SELFTEST"))


def test_selftest_names_the_family(online):
    assert "Modem: answers, " + type(online.modem).__name__.upper() in online.boss.asks("SELFTEST")


def test_low_supply_with_notice(online):
    online.modem.under_voltage()
    online.run(3000)
    _works(online)


@pytest.mark.parametrize("mode", ["error", "ok", "silent", "late"])
@pytest.mark.parametrize(
    "command", ["+CEREG", "+CTZU", "+CTZR", "+IPREX", "+CVALARM", "+CHUP", "+CGSMS", "I", "+CREG", "+CMGL"]
)
def test_a_command_that_fails_for_ever(online, command, mode):
    _own(online)
    online.modem.hostile[command] = mode
    online.modem.restart()
    online.run(3 * MINUTE)
    _works(online)
    assert online.board.starts == 1


def test_the_store_is_full(online):
    online.modem.fill()
    online.modem.urc("+SMS FULL")
    online.boss.texts("ON")
    online.until(lambda: online.relay.on, 10 * MINUTE)


def test_a_long_text(online):
    reply = online.boss.asks("STATUS;STATUS;STATUS")
    assert reply.count("Power socket OFF") == 3


def test_texts_come_while_the_modem_starts(modern):
    modern.board.power_on()
    modern.boss.texts("ON")
    modern.until(lambda: modern.relay.on, 2 * MINUTE)
    assert modern.boss.receives(2 * MINUTE) == "Power socket ON"
