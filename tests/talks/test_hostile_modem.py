"""R15.4: a modem that was hostile for a while is trusted again, and two of its faults at once are no more than two."""

import itertools

import pytest

from tools.simulator.box import HOUR, MINUTE

PAIRS = list(itertools.combinations(("+CNMI", "+CPMS?", "+CMGR", "+CMGL", "+CMGD", "+CSQ", "+CLCC", "+CLIP"), 2))

UNREADABLE = ("+CMGR", "+CMGL")
ORDER = pytest.mark.xfail(strict=True, reason="issue 10, R1.10: texts that could not be read for a while lose their order")


@pytest.fixture
def owned(box):
    """A box with an owner."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.run(10_000)
    return box


@pytest.mark.parametrize("mode", ["error", "silent", "ok"])
@pytest.mark.parametrize("command", ["+CPMS?", "+CREG?", "+CSQ", "+CMGL", "+CMGR", "+CMGD"])
def test_a_notice_is_lost_an_hour_after_a_command_failed(owned, command, mode):
    """The command works again since a minute: what found lost notices before finds them now."""
    owned.modem.hostile[command] = mode
    owned.run(5 * MINUTE)
    owned.modem.hostile.clear()
    owned.run(HOUR)
    owned.modem.lose_cmti = 1
    owned.boss.texts("ON")
    owned.until(lambda: owned.relay.on, MINUTE)
    assert owned.boss.receives() == "Power socket ON"


@pytest.mark.parametrize("mode", ["error", "silent", "ok"])
def test_a_full_sim_after_a_command_failed(owned, mode):
    owned.modem.hostile["+CPMS?"] = mode
    owned.run(5 * MINUTE)
    owned.modem.hostile.clear()
    owned.modem.fill()
    owned.boss.texts("ON")
    owned.until(lambda: owned.relay.on, 10 * MINUTE)


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, marks=ORDER if pair == UNREADABLE else ()) for pair in PAIRS], ids="+".join
)
def test_two_commands_fail_for_an_hour_and_then_no_more(owned, pair):
    """Found again within 10 minutes of the last fault's end, each text done once and in its order."""
    mode = "error" if pair == UNREADABLE else ("error", "silent", "ok")[PAIRS.index(pair) % 3]
    for command in pair:
        owned.modem.hostile[command] = mode
    owned.modem.restart()
    owned.run(20 * MINUTE)
    owned.boss.texts("ON")
    owned.run(20 * MINUTE)
    owned.boss.texts("OFF")
    owned.run(20 * MINUTE)
    owned.modem.hostile.clear()
    start = owned.world.now
    owned.boss.texts("RESTARTTIME=7")
    owned.until(lambda: "RESTARTTIME=7 - OK" in [message.text for message in owned.boss.phone.inbox], 10 * MINUTE)
    owned.run(10 * MINUTE)
    assert [on for _, on in owned.relay.moves(1)] == [True, False]
    assert not owned.modem.store
    assert len(owned.network.submitted) < 12
    assert owned.world.now > start
