"""Chapter 20 of SPEC: what the thermostat can beyond the manual (R20.4 to R20.6, R20.9, R20.18)."""

import pytest

from tools.simulator.box import HOUR, MINUTE, ROM


@pytest.fixture
def boss(box):
    """A boss, so that there is somebody to alert."""
    box.boss.asks("MAKEMEBOSS")
    return box


def becomes(box, celsius, minutes=2):
    """It gets so warm, and the sensor is read."""
    box.thermometer.celsius = celsius
    box.run(minutes * MINUTE)


@pytest.mark.parametrize(("word", "factory", "good", "shown", "bad"), [
    ("HYSTERESIS", "0C", "1.5C", "1.5C", ("11C", "-1C", "1.55C", "x", "")), ("MINCYCLE", "0 seconds", "300", "300 seconds", ("3601", "-1", "5C")),
    ("SENSORFAIL", "(KEEP),OFF,ON", "OFF", "KEEP,(OFF),ON", ("MAYBE",)), ("FROSTGUARD", "OFF", "5C", "5C(42F)", ("31C", "-21C", "5")),
    ("TEMPOFFSET", "0C", "-1.5C", "-1.5C", ("10.1C", "-10.1C", "1F")), ("TFASTALERT", "OFF", "5C/30", "5C/30", ("0.9C/30", "51C/30", "5C/4", "5C/241", "5/30")),
    ("POWERDELAY", "2 seconds", "3600", "3600 seconds", ("1", "3601")), ("HEARTBEAT", "0 days", "30", "30 days", ("31",)),
    ("KEEPALIVE", "0 days", "180", "180 days", ("181",)), ("FORWARD", "(OFF),ON", "ON", "OFF,(ON)", ("YES",)),
    ("ID", "NO", "Cabin 2", "Cabin 2", ("A name of 21 letters.x",)), ("SMSLIMIT", "100 messages", "500", "500 messages", ("0", "501")),
])  # fmt: skip
def test_settings(boss, word, factory, good, shown, bad):
    assert boss.boss.asks(word + "?") == f"{word}={factory}"
    assert boss.boss.asks(f"{word}={good}") == f"{word}={good if word != 'FROSTGUARD' else shown} - OK"
    for value in bad:
        assert boss.boss.asks(f"{word}={value}").startswith(f"{word}={value.upper()} - Incorrect value! Use "), value
    boss.boss.asks("POWERALERT=OFF")
    boss.cut_power()
    boss.restart()
    assert boss.boss.asks(word + "?") == f"{word}={shown}"


@pytest.mark.parametrize(("mode", "band"), [("HEATING", (9.1, 8.9, 9.9, 10.1)), ("COOLING", (10.9, 11.1, 10.1, 9.9))])
def test_r20_4_hysteresis(box, mode, band):
    box.boss.asks(f"HYSTERESIS=1C;THERMOSTAT={mode}")
    box.thermometer.celsius = band[0]
    box.boss.asks("THERMOSTATON")
    assert not box.relay.on
    for celsius, on in zip(band[1:], (True, True, False), strict=True):
        becomes(box, celsius)
        assert box.relay.on is on, celsius
    becomes(box, band[0])
    assert not box.relay.on


def test_r20_4_mincycle(box):
    """It counts from the thermostat's last switching and from power-on; commands are not held back."""
    box.boss.asks("THERMOSTAT=COOLING;MINCYCLE=600;SWITCHOFFTEMP=6C")
    box.thermometer.celsius = 5
    box.boss.asks("THERMOSTATON")
    becomes(box, 8, 3)
    assert not box.relay.on  # on for less than 10 min
    box.run(8 * MINUTE)
    assert box.relay.on
    became = box.relay.moves()[-1][0]
    becomes(box, 4, 3)
    assert box.relay.on
    assert box.boss.asks("OFF").startswith("Power socket OFF")
    assert box.boss.asks("ON").startswith("Power socket ON")
    box.until(lambda: not box.relay.on, 20 * MINUTE)
    assert box.relay.moves()[-1][0] - became >= 600_000
    box.cut_power()
    box.thermometer.celsius = 8
    start = box.world.now
    box.restart()
    box.until(lambda: box.relay.on, 20 * MINUTE)
    assert box.relay.moves()[-1][0] - start >= 600_000  # the compressor rested, whatever was before


def test_r20_4_thermostaton_is_not_held_back(box):
    box.boss.asks("MINCYCLE=3600;OFF")
    box.thermometer.celsius = 5
    box.boss.texts("THERMOSTATON")
    box.until(lambda: box.relay.on, 5000)


@pytest.mark.parametrize(("first", "what", "after"), [("ON", "KEEP", True), ("ON", "OFF", False), ("OFF", "ON", True)])
def test_r20_5_sensorfail(box, first, what, after):
    box.thermometer.celsius = 10
    box.boss.asks(f"SENSORFAIL={what};THERMOSTATON;{first}")
    box.thermometer.roms = []
    box.run(2 * MINUTE)
    assert box.relay.on is (first == "ON")  # two minutes are no failure
    box.run(2 * MINUTE + 10_000)
    assert box.relay.on is after
    box.boss.asks("OFF" if after else "ON")
    box.run(10 * MINUTE)
    assert box.relay.on is not after  # once a failure: a later command stands
    box.thermometer.roms = [ROM]
    box.run(2 * MINUTE)
    box.boss.asks(first)
    box.thermometer.roms = []
    box.run(5 * MINUTE)
    assert box.relay.on is after


def test_r20_5_after_a_restart(box):
    """Off until the sensor has failed for three minutes (R6.6), then as SENSORFAIL says."""
    box.boss.asks("SENSORFAIL=ON;SECNUMBER+358401111111;THERMOSTATON;ON")
    box.thermometer.roms = []
    box.cut_power()
    box.restart()
    assert not box.relay.on
    box.run(4 * MINUTE)
    assert box.relay.on


def test_r20_5_not_without_the_thermostat(box):
    box.boss.asks("SENSORFAIL=ON")
    box.thermometer.roms = []
    box.run(10 * MINUTE)
    assert not box.relay.on


@pytest.mark.parametrize("order", ["OFF", "OFF600", "ON30", "THERMOSTATOFF", "SCHEDULER"])
def test_r20_6_frost_guard_above_everything(boss, order):
    box = boss
    box.boss.asks("FROSTGUARD=5C;SWITCHOFFTEMP=2C")
    becomes(box, 4)
    assert box.boss.receives() == "ALERT! Frost: 4C(39F), limit 5C(42F)"
    assert box.relay.on
    if order == "SCHEDULER":
        moment = box.network.local().strftime("%H:") + f"{box.network.local().minute + 2:02d}"
        box.boss.asks(f"SCHEDULER+{moment},*,OFF")
        box.run(2 * MINUTE)
    else:
        box.boss.asks(order)
        if order[:3] == "OFF":
            assert not box.relay.on  # it is carried out
    box.run(2 * MINUTE)
    assert box.relay.on  # the next reading
    assert box.boss.asks("STATUS").endswith("\nFrost guard: ON")
    becomes(box, 5.9)
    assert box.relay.on
    becomes(box, 6.1)
    assert box.relay.on is (order == "OFF600")  # that ends ON
    assert "Frost" not in box.boss.asks("STATUS")
    box.boss.receives_nothing(10 * MINUTE)
    becomes(box, 4)
    assert box.boss.receives() == "ALERT! Frost: 4C(39F), limit 5C(42F)"


def test_r20_6_back_to_the_thermostat(box):
    box.boss.asks("FROSTGUARD=8C;SWITCHOFFTEMP=5C;HYSTERESIS=1C;MINCYCLE=3600;THERMOSTATON")
    becomes(box, 7)
    assert box.relay.on  # over MINCYCLE
    becomes(box, 9.1)
    assert not box.relay.on  # the thermostat had it off, and would not switch it on
    becomes(box, 7)
    assert box.relay.on
    assert box.boss.asks("THERMOSTATOFF").startswith("THERMOSTATOFF - OK")
    becomes(box, 9.1)
    assert not box.relay.on  # what the guard held was not the thermostat's


def test_r20_6_once_over_restarts_and_over_powerstate(boss):
    box = boss
    box.boss.asks("FROSTGUARD=5C;POWERSTATE=OFF;POWERALERT=OFF")
    becomes(box, 3)
    assert box.boss.receives().startswith("ALERT! Frost")
    box.cut_power()
    box.restart()
    box.run(MINUTE)
    assert box.relay.on
    box.boss.receives_nothing(MINUTE)
    becomes(box, 7)
    assert not box.relay.on
    assert [line for line in box.log if "frost is over" in line]


def test_r20_6_a_failed_sensor_leaves_it_as_it_is(boss):
    box = boss
    box.boss.asks("FROSTGUARD=5C;SENSORFAIL=OFF;SWITCHOFFTEMP=8C;THERMOSTATON;POWERALERT=OFF")
    becomes(box, 3)
    assert box.boss.receives().startswith("ALERT! Frost")
    box.thermometer.roms = []
    box.run(5 * MINUTE)
    assert box.relay.on
    box.cut_power()
    box.restart()
    box.run(2 * MINUTE)
    assert not box.relay.on  # R6.6: nobody knows how cold it is


def test_r20_6_not_in_cooling_and_not_when_off(box):
    box.boss.asks("FROSTGUARD=5C;THERMOSTAT=COOLING")
    becomes(box, 3)
    assert not box.relay.on
    box.boss.asks("THERMOSTAT=HEATING")
    box.run(2 * MINUTE)
    assert box.relay.on
    box.boss.asks("FROSTGUARD=OFF")
    box.run(2 * MINUTE)
    assert not box.relay.on


def test_r20_6_over_relaytime(boss):
    box = boss
    box.boss.asks("FROSTGUARD=5C;RELAYTIME=OFF;ALERT=OFF;ALARMON")
    becomes(box, 3)
    assert box.boss.receives().startswith("ALERT! Frost")
    box.contact(True)
    box.run(1000)
    assert not box.relay.on
    box.run(2 * MINUTE)
    assert box.relay.on


def test_r20_9_rules_of_the_thermostat(box):
    box.thermometer.celsius = 15
    now = box.network.local()
    first, second, third = (f"{now.hour:02d}:{now.minute + n:02d}" for n in (3, 5, 7))
    assert box.boss.asks(f"SCHEDULER+{second},1-5,SOT=20.5C") == f"SCHEDULER+{second},1-5,SOT=20.5C - OK"
    box.boss.asks(f"SCHEDULER+{first},135,TON;SCHEDULER+{third},*,TOF")
    assert box.boss.asks("SCHEDULER?") == f"{first},135,TON\n{second},1-5,SOT=20.5C\n{third},*,TOF"
    box.until(lambda: box.network.local().minute == now.minute + 4)
    assert box.boss.asks("THERMOSTAT?").startswith("THERMOSTAT: Enabled")
    assert not box.relay.on
    box.until(lambda: box.relay.on)
    box.until(lambda: box.network.local().minute == now.minute + 8)
    assert box.boss.asks("THERMOSTAT?") == "THERMOSTAT: Disabled\nTHERMOSTAT=HEATING\nSwitch-off temperature: 20.5C(68F)"
    assert box.relay.on


@pytest.mark.parametrize(
    "rule", ["08:00,5-1,ON", "08:00,31,ON", "08:00,*,SOT=200C", "08:00,*,SOT=", "08:00,*,SOT=21", "08:00,1-8,TON"]
)
def test_r20_9_bad_rules(box, rule):
    assert box.boss.asks("SCHEDULER+" + rule).startswith(f"SCHEDULER+{rule} - Incorrect value! Use hh:mm,")


def test_r20_9_made_up_for_like_on(boss):
    box = boss
    now = box.network.local()
    box.boss.asks(f"POWERALERT=OFF;SCHEDULER+{now.hour + 1:02d}:00,*,SOT=72F;SCHEDULER+{now.hour + 1:02d}:01,*,TON")
    box.thermometer.celsius = 15
    box.cut_power()
    box.run(3 * HOUR)
    box.restart()
    box.run(2 * MINUTE)
    assert box.relay.on
    assert box.boss.asks("THERMOSTAT?") == "THERMOSTAT: Enabled\nTHERMOSTAT=HEATING\nSwitch-off temperature: 22C(72F)"


def test_r20_18_offset_and_tenths(box):
    box.thermometer.celsius = 20
    box.run(2 * MINUTE)
    assert box.boss.asks("TEMPOFFSET=-1.5C") == "TEMPOFFSET=-1.5C - OK"
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 19C(65F)"
    assert box.boss.asks("SWITCHOFFTEMP=7.5C").startswith("SWITCHOFFTEMP=7.5C(46F) - OK")
    assert box.boss.asks("SWITCHOFFTEMP=45.5F").startswith("SWITCHOFFTEMP=45.5F - Incorrect value!")
    box.thermometer.celsius = 85  # the raw value is judged, not 83.5
    box.run(15_000)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: Sensor error"


@pytest.mark.parametrize(("sent_after", "state"), [(90, "Disabled"), (30, "Enabled")])
def test_r20_9_a_newer_command_overtakes_a_missed_rule(boss, sent_after, state):
    """About the thermostat: ON and OFF overtake none of its rules."""
    box = boss
    now = box.network.local()
    box.boss.asks(f"POWERALERT=OFF;SCHEDULER+{now.hour + 1:02d}:00,*,TON")
    box.cut_power()
    box.run(sent_after * MINUTE)
    box.boss.texts("THERMOSTATOFF;ON")
    box.run(2 * HOUR - sent_after * MINUTE)
    box.restart()
    box.run(2 * MINUTE)
    box.boss.reads_all()
    assert box.boss.asks("THERMOSTAT?").startswith("THERMOSTAT: " + state)
