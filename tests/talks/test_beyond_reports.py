"""What the device says without being asked: ID, HEARTBEAT, FORWARD, KEEPALIVE (R20.12 to R20.14, R20.20)."""

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE

ALIVE = "TextSocket is alive"


@pytest.fixture
def boss(box):
    """A boss, so that there is somebody to tell."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    return box


def operator(box, text, name="Operator"):
    """The operator texts."""
    box.network.send_to_device(name, text)


def test_r20_12_id(boss):
    assert boss.boss.asks("id=Häus 2") == "ID=Häus 2 - OK"
    assert boss.boss.asks("ID?") == "ID=Häus 2"
    assert boss.boss.asks("STATUS").startswith("Häus 2: Power socket OFF\nSignal")
    assert boss.boss.asks("ON") == "Power socket ON"
    boss.boss.asks("TFALLALERT=5C")
    boss.thermometer.celsius = 4
    assert boss.boss.receives() == "Häus 2: ALERT! Temperature fall: 4C(39F), limit 5C(42F)"
    moment = boss.network.local()
    boss.boss.asks(f"SCHEDULER+{moment.hour:02d}:{moment.minute + 2:02d},*,INF")
    text = boss.boss.receives()
    assert text.startswith("Häus 2: Power socket ON") and text.count("Häus") == 1
    assert boss.boss.asks("ID=NO") == "ID=NO - OK"
    assert boss.boss.asks("STATUS").startswith("Power socket ON")
    assert boss.boss.asks("ID=€" + "1234567890123456789").startswith("ID=€")
    assert "Incorrect value!" in boss.boss.asks("ID=123456789012345678901")
    assert "Incorrect value!" in boss.boss.asks("ID=Дом")


def test_r20_12_id_with_a_percent_sign(boss):
    boss.boss.asks("ID=100%t;POWERALERT=ON")
    boss.run(15_000)
    boss.mains(False)
    text = boss.boss.receives()
    assert text.startswith("100%t: ALERT! Power supply FAILURE 26/03/02,14:")


@pytest.mark.parametrize("days", [1, 2])
def test_r20_13_heartbeat(bare, days):
    bare.network.set_time("2026-03-02 08:00:00")  # 10:00 there
    bare.on()
    bare.boss.asks(f"MAKEMEBOSS;POWERALERT=OFF;HEARTBEAT={days};ALERTNUMBER+358402222222")
    bare.boss.receives_nothing(HOUR + 58 * MINUTE)
    assert bare.boss.receives(3 * MINUTE).startswith("Power socket OFF\nSignal")
    bare.board.power_off()
    bare.board.power_on("watchdog")
    bare.boss.receives_nothing(days * DAY - 5 * MINUTE)  # none twice
    assert bare.boss.receives(8 * MINUTE).startswith("Power socket OFF")
    bare.run(DAY * days - HOUR)
    bare.cut_power()
    bare.run(2 * HOUR)
    bare.restart()  # a noon without power is not made up for
    bare.boss.receives_nothing(days * DAY - HOUR - 10 * MINUTE)
    assert bare.boss.receives(20 * MINUTE).startswith("Power socket OFF")
    bare.boss.asks("HEARTBEAT=0")
    bare.boss.receives_nothing(days * DAY)
    bare.family.receives_nothing(MINUTE)  # the first number alone


def test_r20_13_after_a_clock_that_was_wrong(boss):
    boss.boss.asks("HEARTBEAT=1;DATE=29/03/02,11:59:30+02")
    assert boss.boss.receives(2 * MINUTE)[:-2].endswith("Time: 29/03/02,12:00:")
    boss.boss.asks("DATE=26/03/02,11:59:30+02")
    assert boss.boss.receives(2 * MINUTE)[:-2].endswith("Time: 26/03/02,12:00:")


def test_r20_14_forward(boss):
    operator(boss, "ON")
    boss.boss.receives_nothing(MINUTE)
    assert not boss.relay.on
    boss.boss.asks("FORWARD=ON;ALERTNUMBER+358402222222")
    operator(boss, "OFF;ON")
    assert boss.boss.receives() == "Operator: OFF;ON"
    assert not boss.relay.on
    long = "Your balance is low at %t. " + "x" * 350
    operator(boss, long)
    assert boss.boss.receives() == "Operator: " + long
    assert not boss.family.reads_all()
    boss.board.power_off()
    boss.board.power_on("watchdog")
    boss.wait_ready()
    for n in range(6):
        operator(boss, f"Advert {n}")
        boss.run(30_000)
    assert boss.boss.reads_all() == [f"Operator: Advert {n}" for n in range(3)]  # five a day, over restarts
    boss.run(10 * HOUR)  # midnight
    operator(boss, "Tomorrow")
    assert boss.boss.receives() == "Operator: Tomorrow"


def test_r20_14_names_never_command(box):
    """With SECLIST=OFF neither; numbers that are not listed are not forwarded."""
    box.boss.asks("FORWARD=ON;ALERTNUMBER+358401111111")
    operator(box, "ON", "3584011111X")
    assert box.boss.receives() == "3584011111X: ON"
    assert not box.relay.on
    box.boss.asks("MAKEMEBOSS")
    box.stranger.texts("ON")
    box.boss.receives_nothing(MINUTE)
    assert not box.relay.on


def test_r20_14_a_power_cut_forwards_nothing_twice(boss):
    boss.boss.asks("FORWARD=ON")
    operator(boss, "Once")
    boss.run(2500)
    boss.cut_power()
    boss.restart()
    assert boss.boss.receives() == "Operator: Once"
    boss.boss.receives_nothing(5 * MINUTE)


def test_r20_20_keepalive(boss):
    boss.boss.asks("KEEPALIVE=2;ALERTNUMBER+358402222222")
    boss.run(DAY)
    boss.boss.asks("STATUS")  # the network takes a message
    boss.run(5 * MINUTE)
    boss.cut_power()
    boss.run(DAY)
    boss.restart()
    boss.boss.receives_nothing(DAY - 15 * MINUTE)
    assert boss.boss.receives(HOUR) == ALIVE
    assert not boss.family.reads_all()
    boss.boss.receives_nothing(2 * DAY - 5 * MINUTE)
    assert boss.boss.receives(HOUR) == ALIVE
    boss.boss.asks("KEEPALIVE=0")
    boss.boss.receives_nothing(3 * DAY)


def test_r20_20_due_while_off_or_without_network(boss):
    boss.boss.asks("KEEPALIVE=1")
    boss.run(5 * MINUTE)
    boss.cut_power()
    boss.run(3 * DAY)
    boss.restart()
    assert boss.boss.receives(HOUR) == ALIVE
    boss.network.go_down()
    boss.run(4 * DAY)
    boss.network.come_up()
    assert boss.boss.receives(HOUR) == ALIVE  # one, though it became stale meanwhile
    boss.boss.receives_nothing(12 * HOUR)
