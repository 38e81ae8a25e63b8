"""Chapter 20 in use: a freezer, a boiler, a pump, a server, an empty flat over a winter."""

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE, ROM


@pytest.fixture
def boss(box):
    """A boss, so that there is somebody to alert."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    return box


def room(box, celsius, warmer, colder):
    """The thermometer's room: so many C an hour up and down, by the socket."""
    state = {"celsius": celsius, "at": box.world.now, "warmer": warmer, "colder": colder}

    def now(moment):
        hours, state["at"] = (moment - state["at"]) / HOUR, moment
        state["celsius"] += hours * (state["warmer"] if box.relay.on else state["colder"])
        return state["celsius"]

    box.thermometer.celsius = now
    return state


def test_a_freezer(boss):
    """COOLING around -18 C; its compressor rests for ten minutes; its door stays open once."""
    inside = room(boss, -15, -12, 6)
    reply = boss.boss.asks("THERMOSTAT=COOLING;SWITCHOFFTEMP=-18C;HYSTERESIS=1C;MINCYCLE=600;TRISEALERT=-10C;TSENSFAILALERT=ON")
    assert "Incorrect" not in reply
    boss.boss.asks("THERMOSTATON")
    seen = []
    for _ in range(36):
        boss.run(10 * MINUTE)
        seen.append(inside["celsius"])
    assert min(seen[6:]) > -19.7 and max(seen[6:]) < -15.5
    moves = boss.relay.moves()
    assert len(moves) > 8
    assert all(later[0] - sooner[0] >= 600_000 for sooner, later in zip(moves[1:], moves[2:], strict=False))
    inside["warmer"] = inside["colder"] = 20  # the door
    assert boss.boss.receives(2 * HOUR).startswith("ALERT! Temperature rise: -")
    inside["warmer"], inside["colder"] = -12, 6
    boss.run(4 * HOUR)
    assert inside["celsius"] < -15.5
    boss.cut_power()
    boss.run(10_000)
    started = boss.world.now
    boss.restart()
    boss.run(HOUR)
    assert all(at - started >= 600_000 for at, on in boss.relay.moves(started) if on)  # it rested
    boss.boss.receives_nothing(MINUTE)


def test_a_boiler_with_a_schedule(bare):
    """Warm from six to ten in the evening, frost guard above all, and somebody who switches it all off."""
    bare.network.set_time("2026-03-02 15:30:00")  # 17:30 there, a Monday
    bare.on()
    inside = room(bare, 12, 4, -2)
    bare.boss.asks("MAKEMEBOSS;POWERALERT=OFF;FROSTGUARD=5C;HYSTERESIS=0.5C;SWITCHOFFTEMP=8C")
    bare.boss.asks("SCHEDULER+18:00,1-5,SOT=19.5C;SCHEDULER+22:00,*,SOT=8C;SCHEDULER+23:30,*,TOF")
    bare.boss.asks("THERMOSTATON")
    bare.until(lambda: bare.network.local().hour == 18 and bare.network.local().minute == 2, HOUR)
    assert bare.relay.on
    bare.run(3 * HOUR + 50 * MINUTE)
    assert 18.7 < inside["celsius"] < 19.8
    bare.run(20 * MINUTE)
    assert not bare.relay.on
    bare.run(2 * HOUR)
    assert bare.boss.asks("THERMOSTAT?").startswith("THERMOSTAT: Disabled\nTHERMOSTAT=HEATING\nSwitch-off temperature: 8C")
    assert bare.boss.receives(8 * HOUR) == "ALERT! Frost: 5C(41F), limit 5C(42F)"
    assert bare.relay.on
    bare.boss.asks("OFF")
    bare.run(5 * HOUR)
    assert 4.7 < inside["celsius"] < 6.3
    assert len([text for text in bare.boss.reads_all() if "Frost" in text]) >= 1


def test_a_pump_with_a_float_switch(boss):
    """The water rises: it pumps until the water is gone, over a power cut, and a wave makes no flood of texts."""
    boss.boss.asks("ALERT=SMSCHANGE;RELAYTIME=ON;ALARMON;ID=Cellar")
    boss.contact(True)
    assert boss.boss.receives().startswith("Cellar: ALARM! Sensor activated 26/03/02,14:")
    assert boss.relay.on
    boss.cut_power()
    boss.run(MINUTE)
    boss.restart()
    assert boss.relay.on
    boss.contact(False)
    assert boss.boss.receives().startswith("Cellar: ALARM: Sensor back to normal")
    assert not boss.relay.on
    for _ in range(30):
        boss.contact(True)
        boss.run(5000)
        boss.contact(False)
        boss.run(5000)
    assert not boss.relay.on
    boss.run(2 * HOUR)
    texts = boss.boss.reads_all()
    assert len(texts) <= 10 and any("No more alerts within the hour" in text for text in texts)


def test_a_server_that_is_restarted(boss):
    """By a text with a code in front of it, by a rule every night; a replay of the text restarts nothing."""
    from tests.talks.test_beyond_codes import SECRET, code, next_step
    from tests.talks.test_console import types

    boss.boss.asks("ON;RESTARTTIME=20;SCHEDULER+03:00,67,INF")
    types(boss, "ENROL " + SECRET)
    next_step(boss)
    sent = code(boss)
    start = boss.world.now
    assert boss.boss.asks(sent + " RESTART") == "Power socket restarted"
    boss.run(25_000)
    assert [on for _, on in boss.relay.moves(start)] == [False, True]
    boss.run(MINUTE)
    boss.boss.texts(sent + " RESTART")
    assert boss.boss.receives() == "Invalid access password!"
    boss.board.power_off()
    boss.board.power_on("watchdog")
    boss.wait_ready()
    assert boss.relay.on
    next_step(boss)
    assert "Restarts 2: watchdog, power" in boss.boss.asks(code(boss) + " DIAG")


@pytest.mark.texts(100)
def test_an_empty_flat_over_a_winter(bare):
    """A fortnight of it: a heartbeat every three days, an outage of the mains and one of the network, a sensor that dies."""
    bare.on()
    bare.boss.asks("MAKEMEBOSS;ID=Flat;HEARTBEAT=3;KEEPALIVE=30;FROSTGUARD=5C;SENSORFAIL=ON;TSENSFAILALERT=ON")
    inside = room(bare, 12, 1.5, -0.5)
    bare.boss.asks("SWITCHOFFTEMP=7C;HYSTERESIS=1C;THERMOSTATON")
    bare.run(3 * DAY)
    beats = bare.boss.reads_all()
    assert len(beats) == 1 and beats[0].startswith("Flat: Power socket O")
    assert 5.9 < inside["celsius"] < 7.1
    bare.mains(False)
    bare.run(5 * HOUR)
    bare.mains(True)
    bare.run(HOUR)
    assert [text[:33] for text in bare.boss.reads_all()] == [
        "Flat: ALERT! Power supply FAILURE",
        "Flat: Power supply restored 26/03",
    ]
    bare.network.go_down()
    bare.run(DAY)
    bare.network.come_up()
    bare.run(DAY // 2)
    assert 5.9 < inside["celsius"] < 7.1
    bare.boss.reads_all()
    bare.thermometer.roms = []
    assert bare.boss.receives(HOUR) == "Flat: ALERT! Temperature sensor failure"
    assert bare.relay.on  # SENSORFAIL: rather too warm than frozen
    bare.thermometer.roms = [ROM]
    bare.run(3 * DAY)
    (text,) = bare.boss.reads_all()
    assert text.startswith("Flat: Power socket O")
    assert 5.9 < inside["celsius"] < 7.1
