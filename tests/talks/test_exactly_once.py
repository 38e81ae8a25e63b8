"""R1.10, R2.1, R20.1: each text takes effect exactly once and in its order, whatever happens meanwhile. Power cut trials have
their own file."""

import pytest

from tools.simulator.box import HOUR, MINUTE
from tools.simulator.network import alphabet, pdu, sms


@pytest.fixture
def owned(box):
    """Boss and family are listed; nobody is told of the mains; time has passed."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SECNUMBER+358402222222")
    box.run(12_000)
    return box


def _cut_at(box, ms, modem_too=True):
    """Cut the power so long from now, and plug it in again 5 s later."""
    box.run(ms)
    box.cut_power(modem_too)
    box.run(5000)
    box.restart()
    box.run(MINUTE)


@pytest.mark.parametrize("cut_ms", range(1150, 4000, 350))
def test_restart_and_status_while_the_door_opens(owned, cut_ms):
    """Another's save carries nothing of a text that waits for the sensor."""
    owned.boss.asks("ALERT=SMSCHANGE")
    owned.boss.asks("ALARMON")
    owned.run(15_000)
    start = owned.world.now
    owned.boss.texts("RESTART;STATUS")
    owned.world.after(1300, lambda: owned.contact(True))
    _cut_at(owned, cut_ms)
    assert sum(on for _, on in owned.relay.moves(start)) == 1
    assert not owned.relay.on
    texts = owned.boss.reads_all()
    assert any(text.startswith("Power socket restarted\nPower socket") for text in texts), texts


@pytest.mark.parametrize(("first", "text", "second"), [
    ("ON", "ON", "button"), ("ON", "ON", "OFF"), ("OFF", "OFF", "ON"), ("ON60", "ON60", "OFF"),
    ("SECNUMBER+3585", "SECNUMBER+3585", "SECNUMBER-3585"), ("THERMOSTATOFF", "THERMOSTATOFF", "THERMOSTATON"),
    ("RESTARTTIME=7", "RESTARTTIME=7", "RESTARTTIME=8"),
])  # fmt: skip
@pytest.mark.parametrize("cut_ms", [2300, 3300, 4600, 5600])
def test_what_changed_nothing_is_done_too(owned, first, text, second, cut_ms):
    """The text is executed and not yet answered; a newer hand follows; then a power cut: the newer one stays."""
    owned.boss.asks(first)
    owned.run(12_000)
    owned.boss.texts(text)
    if second == "button":
        owned.run(1700)
        owned.press()
        cut_ms -= 1900
    else:
        owned.run(300)
        owned.family.texts(second)
        cut_ms -= 300
    owned.run(cut_ms)
    over = owned.relay.on is (second == "ON")  # the newer one is done
    begin = owned.world.now
    _cut_at(owned, 0)
    owned.run(2 * MINUTE)
    assert owned.boss.reads_all()
    assert not over or sum(on for _, on in owned.relay.moves(begin)) <= (second == "ON")
    if text.startswith("SECNUMBER"):
        assert "3585," not in owned.boss.asks("SECNUMBER?") + ","
    elif text.startswith("THERMOSTAT"):
        assert owned.boss.asks("THERMOSTAT?").startswith("THERMOSTAT: Enabled")
    elif text.startswith("RESTARTTIME"):
        assert owned.boss.asks("RESTARTTIME?") == "RESTARTTIME=8 seconds"
    else:
        assert owned.relay.on is (second == "ON")
    if second != "button":
        assert owned.family.reads_all()


@pytest.mark.parametrize("cut_ms", range(1000, 4600, 300))
def test_r1_4_what_came_too_late_stays_undone(box, cut_ms):
    """A power-on opens the window again: not for a text that has been told that it was closed."""
    box.run(31 * MINUTE)
    box.boss.texts("RESTARTTIME=5")
    _cut_at(box, cut_ms, modem_too=False)
    assert len(set(box.boss.reads_all())) == 1


@pytest.mark.parametrize("cut_ms", [1200, 1500, 2500, 4000, 4600])
def test_a_code_that_costs_money_is_sent_once(owned, cut_ms):
    sent = []
    owned.network.ussd["*141*5#"] = (3000, 0, "5 EUR sent", 15)
    owned.line.trace = lambda direction, octets: sent.append(octets) if b"*141*5#" in octets and direction == ">" else None
    owned.boss.texts("SIMCARD*141*5#")
    _cut_at(owned, cut_ms)
    assert len(sent) <= 1, sent
    (reply,) = set(owned.boss.reads_all())
    assert reply in ("5 EUR sent", "Execute error!")
    assert not owned.modem.store


def test_at_the_start_the_oldest_comes_first(owned):
    owned.cut_power()
    owned.run(MINUTE)
    owned.modem.store[7] = [0, sms.deliver(owned.boss.number, "ON", owned.network.local())[0]]
    owned.run(MINUTE)
    owned.boss.texts("OFF")  # waits in the network, is notified at the start
    owned.run(5000)
    owned.restart()
    owned.run(MINUTE)
    assert owned.boss.reads_all() == ["Power socket ON", "Power socket OFF"]
    assert not owned.relay.on


def test_a_text_whose_notice_was_lost_is_not_overtaken(owned):
    owned.modem.lose_cmti = 1
    owned.boss.texts("ON")
    owned.run(400)
    owned.boss.texts("OFF")
    owned.run(MINUTE)
    assert owned.boss.reads_all() == ["Power socket ON", "Power socket OFF"]
    assert not owned.relay.on


def test_r9_1_a_missed_rule_does_not_undo_a_newer_text(owned):
    owned.boss.asks("SCHEDULER+14:10,*,ON")
    owned.cut_power()
    owned.network.nitz = False
    owned.modem.clock_offset = None
    owned.network.set_time("2026-03-02 12:20:00")
    owned.restart()
    assert owned.boss.asks("OFF") == "Power socket OFF"
    owned.network.nitz = True
    owned.modem.send_time()
    owned.run(10 * MINUTE)
    assert not owned.relay.on


def test_r6_6_a_dead_sensor_does_not_leave_the_heater_on(owned):
    owned.thermometer.celsius = 2.0
    owned.boss.asks("THERMOSTATON")
    owned.until(lambda: owned.relay.on, 2 * MINUTE)
    owned.run(5 * MINUTE)
    owned.cut_power()
    owned.thermometer.roms = []
    owned.restart()
    owned.run(HOUR)
    assert not owned.relay.on


def test_eight_parts_in_any_order(owned):
    text = "ON;" + " " * (153 * 7 + 20) + "RUNTIME"
    owned.boss.texts(text, order=[8, 3, 1, 7, 2, 6, 5, 4])
    assert owned.boss.receives().startswith("Power socket ON\nPower socket is ON from: ")


def _part(box, sender, reference, total, number, text="ON"):
    body = alphabet.encode(text)
    box.network.send_pdu(pdu.deliver(sender, body, box.network.local(), sms.header(reference, total, number)))


def test_a_message_of_nine_parts_stops_nobody(owned):
    for number in range(1, 10):
        _part(owned, owned.stranger.number, 9, 9, number, "ON;" + " " * 150)
    owned.run(5000)
    begin = owned.world.now
    assert owned.boss.asks("ON") == "Power socket ON"
    assert owned.world.now - begin < 15_000
    owned.run(5000)
    assert not owned.modem.store


def test_lonely_parts_stop_nobody(owned):
    """Of four groups and more, of one sender and of many; the bounds hold, and ten minutes later all are gone."""
    for reference in range(8):
        _part(owned, owned.stranger.number, reference, 2, 1, "ON;" + " " * 150)
        _part(owned, f"+35850000000{reference}", reference, 3, 2, "ON;" + " " * 150)
    owned.run(10_000)
    begin = owned.world.now
    assert owned.boss.asks("ON") == "Power socket ON"
    assert owned.world.now - begin < 15_000
    assert len(owned.modem.store) <= 4
    owned.boss.texts("OFF;" + " " * 300 + "RUNTIME", order=[3, 2, 1])
    assert owned.boss.receives() == "Power socket OFF\nPower socket is OFF"
    owned.run(11 * MINUTE)
    assert not owned.modem.store


@pytest.mark.parametrize("before", [False, True])
def test_r2_1_restart_twice_ends_as_before_the_first(owned, before):
    owned.boss.asks("ON" if before else "OFF")
    owned.boss.asks("RESTART")
    begin = owned.world.now
    owned.family.asks("RESTART")
    assert owned.relay.on is not before
    owned.run(MINUTE)
    assert owned.relay.on is before
    ended = owned.relay.moves(begin)[-1][0]
    assert 10_000 <= ended - begin <= 15_000


def test_r2_1_restart_twice_in_one_text(owned):
    owned.boss.asks("RESTART;RESTART")
    owned.run(MINUTE)
    assert not owned.relay.on


def test_r2_1_restart_inside_a_timed_command(owned):
    """The interruption does not count: 60 s of ON in all."""
    start = owned.world.now
    owned.boss.asks("ON60")
    owned.run(20_000)
    owned.boss.asks("RESTART")
    owned.run(3 * MINUTE)
    moves = owned.relay.moves(start)
    assert [on for _, on in moves] == [True, False, True, False]
    at = [ms for ms, _ in moves]
    assert abs(at[2] - at[1] - 10_000) < 500
    assert abs((at[1] - at[0]) + (at[3] - at[2]) - 60_000) < 500


def test_credit_and_reboot(owned):
    owned.boss.asks("CREDITUMS=*100#")
    assert owned.boss.asks("CREDIT;REBOOT").startswith("Balance: 12.50 EUR\n")
    owned.run(MINUTE)
    assert owned.board.starts == 2
    owned.boss.receives_nothing()


def test_two_credits_at_once(owned):
    owned.boss.asks("CREDITUMS=*100#")
    owned.boss.texts("CREDIT")
    owned.run(500)
    owned.family.texts("CREDIT")
    assert owned.boss.receives() == "Balance: 12.50 EUR"
    assert owned.family.receives() == "Balance: 12.50 EUR"


@pytest.mark.parametrize("again_ms", [3000, 12_000])
def test_a_repeated_text_is_executed_when_it_is_another(owned, again_ms):
    """Equal texts with different times are two; the same one delivered twice is one."""
    owned.boss.asks("ON")
    owned.press()
    owned.run(again_ms)
    assert not owned.relay.on
    owned.boss.texts("ON", twice=True)
    owned.run(20_000)
    assert owned.relay.on
    assert len(owned.boss.reads_all()) == (1 if again_ms > 10_000 else 0)
