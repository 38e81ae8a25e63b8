"""Chapter 4 of SPEC (manual 4.2, 6.2): calls."""

import pytest

from tools.simulator.box import HOUR, MINUTE


@pytest.fixture
def listed(box):
    """A box with a boss."""
    box.boss.asks("MAKEMEBOSS")
    return box


def _ring(box, phone=None, clip=None, ms=20_000):
    """Ring, let it ring for so long, give up. The call."""
    phone = phone or box.boss
    call = phone.phone.call(clip)
    box.run(ms, lambda: call.state == "ended")
    phone.phone.hang_up(call)
    box.run(1000)
    return call


def test_ring_needs_the_list(box):
    assert box.boss.asks("RING=SWITCH") == "SECLIST is not active!"
    assert box.boss.asks("RING=NOACTION") == "SECLIST is not active!"
    assert box.boss.asks("RING?") == "RING=(NOACTION),RESTART,SWITCH"


def test_r4_1_switch(listed):
    assert listed.boss.asks("RING=SWITCH") == "RING=SWITCH - OK"
    call = _ring(listed)
    assert call.why == "device" and call.state == "ended"  # hung up, never answered
    assert listed.relay.on
    assert listed.boss.receives() == "Power socket ON"
    _ring(listed)
    assert not listed.relay.on
    assert listed.boss.receives() == "Power socket OFF"


def test_r4_1_at_once(listed):
    listed.boss.asks("RING=SWITCH")
    start = listed.world.now
    listed.boss.phone.call()
    listed.until(lambda: listed.relay.on, 5000)
    assert listed.world.now - start < 600  # the bench knows the budget


def test_r4_1_restart(listed):
    listed.boss.asks("RESTARTTIME=20;ON;RING=RESTART")
    _ring(listed)
    assert not listed.relay.on
    assert listed.boss.receives() == "Power socket restarted"
    listed.until(lambda: listed.relay.on, MINUTE)


def test_r4_1_noaction_lets_it_ring(listed):
    call = _ring(listed)
    assert call.why == "phone"
    assert not listed.relay.moves(1)
    listed.boss.receives_nothing()


@pytest.mark.parametrize("clip", [None, "", "358401111110", "0401111111"])
def test_r4_1_strangers_and_withheld_callers_are_left_to_ring(listed, clip):
    listed.boss.asks("RING=SWITCH")
    call = _ring(listed, listed.stranger, clip)
    assert call.why == "phone"
    assert not listed.relay.moves(1)
    listed.stranger.receives_nothing()
    listed.boss.receives_nothing()


@pytest.mark.parametrize("clip", ["358401111111", "00358401111111"])
def test_r1_9_the_caller_s_number_in_another_form(listed, clip):
    listed.boss.asks("RING=SWITCH")
    _ring(listed, clip=clip)
    assert listed.relay.on


def test_r4_2_repeated_rings_are_one_call(listed):
    listed.boss.asks("RING=SWITCH")
    listed.modem.delays["H"] = 9000  # the hang-up takes three rings
    _ring(listed)
    listed.run(MINUTE)
    assert len(listed.relay.moves(1)) == 1
    assert listed.boss.receives() == "Power socket ON"
    listed.boss.receives_nothing()


def test_two_calls_soon_after_one_another_are_two(listed):
    listed.boss.asks("RING=SWITCH;RINGCONFIRM=OFF")
    for on in (True, False, True):
        _ring(listed)
        listed.run(15_000)
        assert listed.relay.on is on


def test_r4_2_ringconfirm(listed):
    assert listed.boss.asks("RINGCONFIRM?") == "RINGCONFIRM=(SMS),CALL,OFF"
    for word in ("CALL", "OFF", "SMS"):
        assert listed.boss.asks(f"RINGCONFIRM={word}") == f"RINGCONFIRM={word} - OK"
    assert listed.boss.asks("RINGCONFIRM=MAYBE").endswith("Use SMS,CALL,OFF")


def _call_back(box):
    """The call back to the boss; when it began after the call, in ms."""
    box.boss.asks("RING=SWITCH;RINGCONFIRM=CALL")
    start = box.world.now
    _ring(box)
    box.until(lambda: any(not call.incoming for call in box.boss.phone.calls), 10_000)
    back = box.boss.phone.calls[-1]
    assert back.started - start <= 10_000
    return back


def test_r4_2_call_back_gives_up_after_20_seconds(listed):
    back = _call_back(listed)
    listed.until(lambda: back.state == "ended")
    assert 18_000 <= listed.world.now - back.started <= 25_000
    listed.boss.receives_nothing()


def test_r4_2_call_back_hangs_up_when_answered(listed):
    listed.boss.phone.answers_after = 4000
    back = _call_back(listed)
    listed.until(lambda: back.state == "active")
    listed.until(lambda: back.state == "ended", 3000)
    assert back.why == "device"
    listed.boss.receives_nothing()


def test_r4_2_call_back_refused(listed):
    listed.boss.phone.refuses = True
    back = _call_back(listed)
    listed.until(lambda: back.state == "ended")
    listed.run(HOUR)
    assert sum(not call.incoming for call in listed.boss.phone.calls) == 1
    assert listed.boss.asks("STATUS").startswith("Power socket ON")


def test_r4_2_ringconfirm_off(listed):
    listed.boss.asks("RING=SWITCH;RINGCONFIRM=OFF")
    _ring(listed)
    assert listed.relay.on
    listed.boss.receives_nothing()
    assert all(call.incoming for call in listed.boss.phone.calls)


def test_a_user_may_call(listed):
    listed.boss.asks("SECNUMBER+358402222222,USER;RING=SWITCH")
    _ring(listed, listed.family)
    assert listed.relay.on
    assert listed.family.receives() == "Power socket ON"


def test_a_network_without_clip(listed):
    listed.boss.asks("RING=SWITCH")
    listed.network.clip = False
    _ring(listed)
    assert listed.relay.on


def test_the_first_ring_comes_before_the_number(listed):
    listed.boss.asks("RING=SWITCH")
    listed.modem.settings["CLIP"] = "0"
    call = listed.boss.phone.call()
    listed.run(1000)
    listed.modem.settings["CLIP"] = "1"
    listed.until(lambda: listed.relay.on, 10_000)
    listed.run(2000)
    assert call.why == "device"


def test_a_call_while_a_message_is_being_sent_is_rejected_by_the_modem(listed):
    """The next one, after the reply, is served."""
    listed.boss.asks("RING=SWITCH;RINGCONFIRM=OFF")
    listed.modem.delays["+CMGS"] = 8000
    listed.boss.texts("STATUS")
    listed.run(4000)
    call = listed.boss.phone.call()
    assert (call.state, call.why) == ("ended", "unreachable")
    assert listed.boss.receives().startswith("Power socket")
    assert not listed.relay.on
    listed.boss.phone.call()
    listed.until(lambda: listed.relay.on, 10_000)


def test_a_call_while_a_message_is_being_sent(listed):
    """A modem that does not reject it: one that comes while the reply is on its way is served after it."""
    listed.boss.asks("RING=SWITCH;RINGCONFIRM=OFF")
    listed.modem.rejects_while_sending = False
    listed.modem.delays["+CMGS"] = 8000
    listed.boss.texts("STATUS")
    listed.run(4000)
    call = listed.boss.phone.call()
    listed.run(20_000)
    assert listed.relay.on
    assert call.why == "device"
    assert listed.boss.receives().startswith("Power socket")


def test_a_call_during_a_flash_write_is_found(listed):
    listed.boss.asks("RING=SWITCH;RINGCONFIRM=OFF")
    listed.boss.texts("RESTARTTIME=30")
    listed.run(1000 + 2)
    listed.boss.phone.call()
    listed.until(lambda: listed.relay.on, 10_000)


def test_switching_by_call_survives_a_power_cut(listed):
    listed.boss.asks("RING=SWITCH;POWERALERT=OFF")
    _ring(listed)
    listed.run(5000)
    listed.cut_power()
    listed.restart()
    assert listed.relay.on


def test_a_caller_who_is_in_the_sim_s_phone_book(listed):
    listed.boss.asks("RING=SWITCH")
    listed.network.alpha = 'Boss, "the"'
    _ring(listed)
    assert listed.relay.on
