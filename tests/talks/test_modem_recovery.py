"""R15.1 and R7.2: how soon a modem that is silent is on again, and that it takes the network's time."""

import pytest

from tools.simulator.box import KEY, MINUTE, RESET, SUPPLY


def _pulses(box):
    """[(seconds, "key" or "reset")] as the pins come down."""
    seen = []
    box.pin_hooks.append(
        lambda gpio, level, at: (
            level == 0 and gpio in (RESET, KEY) and seen.append((at / 1000, "key" if gpio == KEY else "reset"))
        )
    )
    return seen


def _plug_in_board_alone(box):
    """The board gets power, the modem nothing; when."""
    box.board.power_on()
    return box.world.now


def test_r15_1_a_modem_that_wants_its_key_is_on_within_10_s(bare):
    start = _plug_in_board_alone(bare)
    bare.until(lambda: bare.modem.power != "off", MINUTE)
    assert bare.world.now - start <= 10_000
    bare.wait_ready()
    assert bare.modem.boots == 1
    assert bare.boss.asks("ON") == "Power socket ON"


@pytest.mark.parametrize("ipr", ["0", "9600", "115200"])
def test_r15_1_a_modem_that_runs_is_left_on_when_the_board_restarts(bare, ipr):
    bare.modem.nonvolatile["IPR"] = ipr
    bare.modem.power_on()
    bare.run(20_000)
    pulses = _pulses(bare)
    _plug_in_board_alone(bare)
    bare.wait_ready()
    assert not pulses


@pytest.mark.parametrize("ipr", ["0", "9600", "115200"])
def test_r15_1_a_modem_that_starts_with_the_board_is_left_on(bare, ipr):
    bare.modem.nonvolatile["IPR"] = ipr
    pulses = _pulses(bare)
    bare.on()
    assert not pulses


def test_r15_1_a_deaf_one_that_ran_before_the_board_started(bare):
    """The key switches it off: a second time brings it back."""
    bare.modem.power_on()
    bare.run(20_000)
    bare.modem.deaf = True
    _plug_in_board_alone(bare)
    bare.run(10_000)
    bare.wait_ready(MINUTE)
    assert bare.boss.asks("ON") == "Power socket ON"


@pytest.mark.parametrize("after_ms", [0, 3000, 6000, 9500])
def test_r15_1_a_deaf_modem_sees_its_reset_pin_within_30_s(box, after_ms):
    box.run(after_ms)
    pulses = _pulses(box)
    start = box.world.now / 1000
    box.modem.deaf = True
    box.run(MINUTE)
    assert pulses and pulses[0][1] == "reset" and pulses[0][0] - start <= 30, pulses
    box.wait_ready()
    assert box.boss.asks("ON") == "Power socket ON"


@pytest.mark.parametrize("after_ms", [0, 3000, 6000, 9500])
def test_r15_1_a_dead_one_sees_its_power_key_within_60_s(box, after_ms):
    box.run(after_ms)
    pulses = _pulses(box)
    box.modem.reset_pin = lambda: None
    start = box.world.now / 1000
    box.modem.power_off()
    box.run(2 * MINUTE, lambda: box.modem.power != "off")
    del box.modem.reset_pin
    key = [at for at, name in pulses if name == "key"]
    assert key and key[0] - start <= 60, pulses
    assert box.boss.asks("ON") == "Power socket ON"


def test_r15_1_it_dies_twice_within_an_hour(box):
    for _ in range(3):
        box.run(7 * MINUTE)
        pulses = _pulses(box)
        start = box.world.now / 1000
        box.modem.deaf = True
        box.run(2 * MINUTE)
        assert pulses[0][0] - start <= 30
        assert box.boss.asks("ON") == "Power socket ON"


@pytest.mark.parametrize("ipr", ["0", "9600", "115200"])
def test_r7_2_a_modem_that_does_not_take_the_network_s_time(bare, ipr):
    bare.modem.nonvolatile.update({"CLTS": "0", "IPR": ipr})
    bare.on()
    bare.run(MINUTE)
    assert bare.boss.asks("DATE").startswith("DATE 26/03/02,14:")
    assert bare.modem.nonvolatile["CLTS"] == "1"
    assert bare.modem.boots <= 2
    boots = bare.modem.boots
    bare.run(10 * MINUTE)
    assert bare.modem.boots == boots


def test_r7_2_a_board_that_meets_a_registered_modem_from_elsewhere(bare):
    bare.modem.nonvolatile.update({"CLTS": "0"})
    bare.modem.power_on()
    bare.run(30_000)
    bare.board.power_on()
    bare.run(MINUTE)
    assert "--" not in bare.boss.asks("DATE")
    assert bare.modem.boots == 2


def test_r7_2_the_time_is_asked_for_once_a_day(box):
    box.network.nitz = False
    asked = []
    box.modem.hear_hook = lambda line: asked.append(box.world.now) if "CCLK?" in line else None
    box.run(50 * 60 * MINUTE)
    assert 2 <= len(asked) <= 3


def test_r11_two_codes_at_once(box):
    box.modem.delays["+CUSD"] = 4000
    box.boss.texts("SIMCARD*100#")
    box.family.texts("SIMCARD*100#")
    first, second = box.boss.receives(3 * MINUTE), box.family.receives(3 * MINUTE)
    assert first == second == "Balance: 12.50 EUR"


def test_a_lost_notice_is_found_within_10_s(box):
    for text in ("ON", "OFF") * 3:
        box.modem.lose_cmti = 1
        box.run(2700)
        moves = len(box.relay.moves(1))
        box.boss.texts(text)
        box.until(lambda: box.modem.store, MINUTE)
        arrived = box.world.now
        box.until(lambda moves=moves: len(box.relay.moves(1)) > moves, MINUTE)
        assert box.world.now - arrived <= 11_000
        box.boss.receives()


def test_r8_2_an_alarm_s_calls_and_a_call_back_wait_for_one_another(box):
    for text in ("MAKEMEBOSS", "RING=SWITCH", "RINGCONFIRM=CALL", "ALERT=CALL", "ALARMON"):
        box.boss.texts(text)
        box.run(8000)
    call = box.boss.phone.call()
    box.until(lambda: box.relay.on, MINUTE)
    box.contact(True)
    box.until(lambda: call.state == "ended", MINUTE)
    calls = box.boss.phone.calls
    box.until(lambda: len([c for c in calls if not c.incoming and c.state == "ended"]) == 2, 3 * MINUTE)
    assert not any(" no call" in line or "call back: " in line for line in box.log)


def test_r15_1_a_board_that_gives_the_modem_its_power(make_box):
    """As a T-Call: the supply is on from the start, and the modem is not off for a moment when the board restarts."""
    box = make_box(supply=True, keyed=True)
    box.on()
    assert box.boss.asks("ON") == "Power socket ON"
    boots = box.modem.boots
    offs = []
    box.pin_hooks.append(lambda gpio, level, at: offs.append(at) if gpio == SUPPLY and not level else None)
    box.boss.asks("REBOOT")
    box.run(MINUTE)
    assert box.board.starts == 2
    assert not offs and box.modem.boots == boots
    assert box.boss.asks("OFF") == "Power socket OFF"
