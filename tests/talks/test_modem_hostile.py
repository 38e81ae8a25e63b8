"""Never a brick: one AT command fails in one way for ever. The next text and an alert still get through, nothing is done twice."""

import pytest

from tools.simulator.box import MINUTE

SET_UP = ("Q0V1", "E", "+CMEE", "I", "+CLTS", "&W", "+CREG", "+CPIN", "+CMGF", "+CNMI", "+CPMS", "+CSCS", "+CLIP", "+CUSD",
          "+COLP", "+MORING", "+CSCLK", "S0", "+CBATCHK", "+CSDH", "+CRC", "+IPR")  # fmt: skip
RUNNING = ("+CSQ", "+CMGL", "+CMGR", "+CMGD", "+CCLK", "+CFUN", "H", "+CLCC", "+CPMS?", "+CREG?", "+CSDH?")
MODES = ("error", "ok", "silent", "late")


@pytest.fixture
def owned(box):
    """A box with an owner and the alarm function on."""
    box.boss.asks("MAKEMEBOSS")
    box.boss.asks("ALARMON")
    box.run(10_000)
    box.boss.reads_all()
    return box


def _works(box, within=3 * MINUTE):
    moves = len(box.relay.moves(1))
    box.boss.texts("ON")
    box.until(lambda: box.relay.on, within)
    assert box.boss.receives(within) == "Power socket ON"
    box.contact(True)
    assert box.boss.receives(within).startswith("ALARM! Sensor activated")
    box.contact(False)
    box.run(2 * MINUTE)
    assert [on for _, on in box.relay.moves(1)[moves:]] == [True]
    assert not [text for text in box.boss.reads_all() if not text.startswith("ALERT!")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("command", SET_UP + RUNNING)
def test_a_command_that_fails_for_ever(owned, command, mode):
    owned.modem.hostile[command] = mode
    owned.modem.restart()
    owned.run(2 * MINUTE)
    _works(owned)
    assert owned.board.starts == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("command", ["AT", "+CMGS", "Ctrl-Z"])
def test_a_modem_that_is_useless_for_a_while(owned, command, mode):
    owned.modem.hostile[command] = mode
    owned.modem.restart()
    owned.boss.texts("ON")
    owned.run(5 * MINUTE)
    owned.modem.hostile.clear()
    owned.run(15 * MINUTE)
    owned.boss.reads_all()
    owned.boss.texts("OFF")
    owned.until(lambda: not owned.relay.on, MINUTE)
    assert owned.boss.receives(MINUTE) == "Power socket OFF"
    assert [on for _, on in owned.relay.moves(1)] == [True, False]
