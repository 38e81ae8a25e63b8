"""Every modem profile holds a conversation, and survives what modems do."""

import pytest

from tools.simulator.box import MINUTE
from tools.simulator.modem.profiles import PROFILES


@pytest.fixture(params=PROFILES)
def modelled(make_box, request):
    """A box with this modem."""
    return make_box(modem=PROFILES[request.param]).on()


def test_a_conversation(modelled):
    box = modelled
    assert box.boss.asks("MAKEMEBOSS").startswith("Your phone number has been assigned")
    assert box.boss.asks("ON30") == "Power ON for 30 seconds"
    assert box.relay.on
    assert "Signal: Good" in box.boss.asks("STATUS")
    box.stranger.texts("OFF")
    box.stranger.receives_nothing()
    assert not box.modem.store


def test_restarts_lost_notices_and_supply_dips(modelled):
    box = modelled
    box.modem.restart()
    box.run(2 * MINUTE)
    assert box.boss.asks("ON") == "Power socket ON"
    box.modem.lose_cmti = 1
    assert box.boss.asks("OFF") == "Power socket OFF"
    box.modem.under_voltage()
    box.run(5 * MINUTE)
    box.boss.texts("ON")
    assert box.boss.receives(10 * MINUTE) == "Power socket ON"
    assert box.relay.moves()[-1][1]


def test_an_alarm_call(modelled):
    box = modelled
    for text in ("MAKEMEBOSS", "ALERT=CALL", "ALARMON"):
        box.boss.asks(text)
    box.boss.phone.answers_after = 3000
    box.contact(closed=True)
    box.until(lambda: box.boss.phone.calls and box.boss.phone.calls[-1].state == "ended")
    assert not box.boss.phone.calls[-1].incoming
