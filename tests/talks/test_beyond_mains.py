"""R20.8: POWERDELAY, and how long the mains was away."""

import re

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE


@pytest.fixture
def boss(box):
    """A boss who gets the alerts; the box has been on for a while."""
    box.boss.asks("MAKEMEBOSS")
    box.run(MINUTE)
    return box


def outage(box, ms):
    """The mains goes for so long; what came, from going to half an hour behind its return."""
    box.mains(False)
    box.run(ms)
    box.mains(True)
    box.run(30 * MINUTE)
    return box.boss.reads_all()


@pytest.mark.parametrize(
    ("ms", "length"), [(41_000, "4[1-9] s"), (5 * MINUTE, "5 min"), (2 * HOUR + 5 * MINUTE, "2 h 5 min"), (2 * HOUR, "2 h")]
)
def test_the_length(boss, ms, length):
    failure, back = outage(boss, ms)
    assert failure.startswith("ALERT! Power supply FAILURE 26/03/02,14:0")
    assert back.startswith("Power supply restored 26/03/02,") and re.search(f" after {length}$", back)


def test_days(boss):
    assert outage(boss, 3 * DAY + 4 * HOUR + 5 * MINUTE)[-1].endswith(" after 3 d 4 h")


@pytest.mark.parametrize("seconds", [5, 30, 55])
def test_shorter_than_the_delay_is_not_told(boss, seconds):
    boss.boss.asks("POWERDELAY=60;POWERSTATE=OFF;ON")
    assert not outage(boss, seconds * 1000)
    assert not boss.relay.on  # the socket does not wait: by POWERSTATE
    assert boss.modem.power == "on"


def test_the_failure_s_time_and_the_modem(boss):
    boss.boss.asks("POWERDELAY=120")
    lost = boss.network.local().strftime("%H:%M:%S")
    boss.mains(False)
    boss.boss.receives_nothing(MINUTE + 50_000)
    assert boss.modem.power == "on"
    assert boss.boss.receives(60_000).endswith(lost)
    boss.until(lambda: boss.modem.power == "off")
    boss.mains(True)
    boss.until(lambda: boss.modem.registered == 1)
    boss.boss.receives_nothing(MINUTE)
    assert boss.boss.receives(3 * MINUTE).startswith("Power supply restored")


@pytest.mark.parametrize("cause", ["watchdog", "power"])
def test_a_restart_within_the_delay(boss, cause):
    """Since when the mains is gone outlives it; a watchdog's restart tells the failure in time."""
    boss.boss.asks("POWERDELAY=600")
    lost = boss.network.local().strftime("%H:%M:%S")
    boss.mains(False)
    boss.run(5 * MINUTE)
    boss.board.power_off()
    boss.board.power_on(cause)
    boss.boss.receives_nothing(4 * MINUTE)
    assert boss.boss.receives(2 * MINUTE).endswith(lost)
    boss.run(50 * MINUTE)
    boss.mains(True)
    assert boss.boss.receives(20 * MINUTE).endswith(" after 1 h")


def test_a_cell_that_dies_within_the_delay(boss):
    """The return tells what the failure could not."""
    boss.boss.asks("POWERDELAY=600")
    boss.mains(False)
    boss.run(5 * MINUTE)
    boss.cut_power()
    boss.run(55 * MINUTE)
    boss.mains(True)
    boss.restart()
    assert boss.boss.receives(20 * MINUTE).endswith(" after 1 h")
    boss.boss.receives_nothing(HOUR)


def test_without_a_cell_no_length_is_known(boss):
    boss.cut_power()
    boss.run(HOUR)
    boss.restart()
    text = boss.boss.receives()
    assert text.startswith("Power supply restored 26/03/02,") and "after" not in text


def test_an_unknown_beginning(bare):
    bare.network.nitz = False
    bare.boss.texts("MAKEMEBOSS")
    bare.network.waiting.clear()
    bare.on()
    bare.board.type("ALERTNUMBER+358401111111")
    bare.run(20_000)
    bare.mains(False)
    bare.boss.receives(5 * MINUTE)
    bare.until(lambda: bare.modem.power == "off")
    bare.mains(True)
    assert "after" not in bare.boss.receives(10 * MINUTE)


def test_that_the_pin_was_believed_outlives_a_restart(boss):
    boss.cut_power()
    boss.restart(ready=False)
    boss.run(3000)
    boss.mains(False)  # not high for 10 s in this life
    boss.wait_ready()
    assert boss.boss.receives(10 * MINUTE).startswith("ALERT! Power supply FAILURE")
