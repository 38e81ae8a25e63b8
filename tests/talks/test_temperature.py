"""Chapter 6 of SPEC (manual 7): thermometer, thermostat, alerts."""

import pytest

from tools.simulator.box import HOUR, MINUTE

NOTE = "Note! Thermostat is working now!"


@pytest.fixture
def boss(box):
    """A boss, so that there is somebody to alert."""
    box.boss.asks("MAKEMEBOSS")
    return box


@pytest.mark.parametrize(
    ("celsius", "text"),
    [(25.0, "25C(77F)"), (-10.5, "-11C(13F)"), (0, "0C(32F)"), (119.9, "120C(248F)"), (-54.9, "-55C(-67F)")],
)
def test_r6_1_the_whole_range(box, celsius, text):
    box.thermometer.celsius = celsius
    box.run(61_000)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: " + text


def test_r6_2_a_question_reads_anew_when_the_reading_is_old(box):
    box.run(30_000)
    box.thermometer.celsius = 30
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 30C(86F)"


def test_thermostat_settings(box):
    assert box.boss.asks("THERMOSTAT?") == "THERMOSTAT: Disabled\nTHERMOSTAT=HEATING\nSwitch-off temperature: 10C(50F)"
    assert (
        box.boss.asks("THERMOSTAT=COOLING") == "THERMOSTAT=COOLING - OK\nSwitch-off temperature: 10C(50F)\nTHERMOSTAT: Disabled"
    )
    assert box.boss.asks("SWITCHOFFTEMP=72F") == "SWITCHOFFTEMP=22C(72F) - OK\nTHERMOSTAT=COOLING\nTHERMOSTAT: Disabled"
    assert box.boss.asks("THERMOSTATON") == f"THERMOSTATON - OK\nTHERMOSTAT=COOLING\nSwitch-off temperature: 22C(72F)\n{NOTE}"
    assert box.boss.asks("THERMOSTAT?") == "THERMOSTAT: Enabled\nTHERMOSTAT=COOLING\nSwitch-off temperature: 22C(72F)"
    assert (
        box.boss.asks("THERMOSTAT=HEATING") == "THERMOSTAT=HEATING - OK\nSwitch-off temperature: 22C(72F)\nTHERMOSTAT: Enabled"
    )
    box.cut_power()
    box.restart()
    assert box.boss.asks("THERMOSTAT?") == "THERMOSTAT: Enabled\nTHERMOSTAT=HEATING\nSwitch-off temperature: 22C(72F)"
    assert box.boss.asks("THERMOSTATOFF") == "THERMOSTATOFF - OK\nNote! Thermostat was disabled!"
    assert box.boss.asks("SWITCHOFFTEMP?") == "SWITCHOFFTEMP=22C(72F)"


@pytest.mark.parametrize("value", ["200C", "-56C", "10", "ten", "300F", ""])
def test_a_bad_set_point(box, value):
    reply = box.boss.asks("SWITCHOFFTEMP=" + value)
    assert reply == f"SWITCHOFFTEMP={value.upper()} - Incorrect value! Use -55C..120C or -67F..248F"
    assert box.boss.asks("SWITCHOFFTEMP?") == "SWITCHOFFTEMP=10C(50F)"


@pytest.mark.parametrize(("mode", "celsius", "on"), [
    ("HEATING", 9.9, True), ("HEATING", 10.1, False), ("COOLING", 9.9, False), ("COOLING", 10.1, True),
])  # fmt: skip
def test_r6_2_thermostaton_decides_at_once(box, mode, celsius, on):
    box.thermometer.celsius = celsius
    box.boss.asks("ON" if not on else "OFF")
    box.boss.asks("THERMOSTAT=" + mode)
    box.boss.texts("THERMOSTATON")
    box.until(lambda: box.relay.on is on, 5000)
    box.boss.receives()


@pytest.mark.parametrize("first", ["ON", "OFF"])
def test_r6_2_at_the_set_point_nothing_changes(box, first):
    box.thermometer.celsius = 10
    box.boss.asks(first)
    box.boss.asks("THERMOSTATON")
    box.run(10 * MINUTE)
    assert box.relay.on is (first == "ON")
    box.thermometer.celsius = 9.9375
    box.run(2 * MINUTE)
    assert box.relay.on
    box.thermometer.celsius = 10
    box.run(2 * MINUTE)
    assert box.relay.on
    box.thermometer.celsius = 10.0625
    box.run(2 * MINUTE)
    assert not box.relay.on


def test_r6_2_a_command_against_the_thermostat(box):
    box.thermometer.celsius = 20
    box.boss.asks("THERMOSTATON")
    assert box.boss.asks("ON") == f"Power socket ON\n{NOTE}"
    assert box.relay.on
    box.run(61_000)
    assert not box.relay.on
    assert box.boss.asks("ON30") == f"Power ON for 30 seconds\n{NOTE}"
    assert box.boss.asks("RESTART") == f"Power socket restarted\n{NOTE}"


def test_the_thermostat_cancels_a_running_time(box):
    box.thermometer.celsius = 5
    box.boss.asks("THERMOSTATON")
    box.boss.asks("ON600")
    box.run(15 * MINUTE)
    assert box.relay.on  # it is cold: the time must not switch it off


def test_thermostatoff_leaves_the_socket(box):
    box.thermometer.celsius = 5
    box.boss.asks("THERMOSTATON")
    assert box.relay.on
    box.boss.asks("THERMOSTATOFF")
    box.thermometer.celsius = 20
    box.run(5 * MINUTE)
    assert box.relay.on


def test_a_room_is_kept_warm(box):
    """A room that cools down and a heater: on and off around the set point, for a day."""
    state = {"celsius": 12.0, "at": 0}

    def room(now):
        hours = (now - state["at"]) / 3_600_000
        state["at"] = now
        state["celsius"] += hours * (6.0 if box.relay.on else -2.0)
        return state["celsius"]

    box.thermometer.celsius = room
    box.boss.asks("THERMOSTATON")
    box.run(4 * HOUR)
    readings = []
    for _ in range(240):
        box.run(5 * MINUTE)
        readings.append(state["celsius"])
    assert min(readings) > 9.5 and max(readings) < 10.7
    assert len(box.relay.moves()) > 20


def test_r6_3_a_failed_reading_is_repeated_at_once(box):
    for knob in ("bad_crc", "power_on_value"):
        box.run(15_000)
        setattr(box.thermometer, knob, 2)
        assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 21C(70F)"
        box.run(15_000)
        setattr(box.thermometer, knob, 3)
        assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: Sensor error"


@pytest.mark.parametrize("celsius", [85.0, 127.9, 126, -60])
def test_r6_3_values_that_are_none(box, celsius):
    box.thermometer.celsius = celsius
    box.run(15_000)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: Sensor error"


def test_r6_3_sensor_failure_in_a_running_thermostat(boss):
    box = boss
    box.boss.asks("TSENSFAILALERT=ON")
    box.thermometer.celsius = 5
    box.boss.asks("THERMOSTATON")
    assert box.relay.on
    box.thermometer.roms = []
    box.run(2 * MINUTE + 10_000)
    box.boss.receives_nothing(1000)  # two minutes are no failure yet
    assert box.boss.receives(2 * MINUTE) == "ALERT! Temperature sensor failure"
    box.boss.receives_nothing(3 * HOUR)
    assert box.relay.on  # it stays as it is
    assert box.boss.asks("THERMOSTAT?").startswith("THERMOSTAT: Enabled")
    box.cut_power()
    box.restart()
    assert box.boss.receives().startswith("Power supply restored")
    box.boss.receives_nothing(HOUR)  # told is told, over a restart too
    box.boss.asks("SWITCHOFFTEMP=11C")  # the thermostat's settings change: armed again
    assert box.boss.receives(5 * MINUTE) == "ALERT! Temperature sensor failure"
    from tools.simulator.box import ROM

    box.thermometer.roms = [ROM]
    box.run(3 * MINUTE)
    box.thermometer.roms = []  # it worked, so its next failure is told too
    assert box.boss.receives(5 * MINUTE) == "ALERT! Temperature sensor failure"


def test_r6_3_without_the_thermostat_no_failure_is_told(boss):
    boss.boss.asks("TSENSFAILALERT=ON")
    boss.thermometer.roms = []
    boss.boss.receives_nothing(HOUR)


def test_a_sensor_that_is_exchanged_and_a_second_one(box):
    other = bytes.fromhex("28aa112233445566")
    box.boss.asks("TEMPERATURE")
    box.thermometer.roms = [other]
    box.run(3 * MINUTE)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 21C(70F)"
    from tools.simulator.box import ROM

    box.thermometer.roms = [other, ROM]
    box.run(3 * MINUTE)
    assert box.boss.asks("TEMPERATURE") == "TEMPERATURE: 21C(70F)"


def test_r6_4_switchoffalert(boss):
    box = boss
    assert box.boss.asks("SWITCHOFFALERT=ON") == "SWITCHOFFALERT=ON - OK"
    box.thermometer.celsius = 5
    box.boss.asks("THERMOSTATON")
    box.thermometer.celsius = 11
    assert box.boss.receives(2 * MINUTE) == "Thermostat: switched OFF at 11C(52F)"
    box.boss.receives_nothing(HOUR)
    box.thermometer.celsius = 5
    box.run(2 * MINUTE)
    box.thermometer.celsius = 11
    assert box.boss.receives(2 * MINUTE) == "Thermostat: switched OFF at 11C(52F)"
    box.boss.asks("OFF")  # by hand: no alert
    box.boss.receives_nothing(HOUR)


@pytest.mark.parametrize(("command", "reply", "beyond", "inside", "alert"), [
    ("TRISEALERT=35C", "TRISEALERT=35C(96F)", 36, 34, "ALERT! Temperature rise: 36C(97F), limit 35C(96F)"),
    ("TRISEALERT=96F", "TRISEALERT=35C(96F)", 36, 34, "ALERT! Temperature rise: 36C(97F), limit 35C(96F)"),
    ("TFALLALERT=5C", "TFALLALERT=5C(42F)", 4, 6, "ALERT! Temperature fall: 4C(39F), limit 5C(42F)"),
    ("TFALLALERT=15C", "TFALLALERT=15C(60F)", 14, 16, "ALERT! Temperature fall: 14C(57F), limit 15C(60F)"),
])  # fmt: skip
def test_r6_4_limits(boss, command, reply, beyond, inside, alert):
    box = boss
    name = command.split("=")[0]
    assert box.boss.asks(name + "?") == name + "=OFF"
    assert box.boss.asks(command) == reply + " - OK"
    assert box.boss.asks(name + "?") == reply
    box.thermometer.celsius = beyond
    assert box.boss.receives(2 * MINUTE) == alert
    box.boss.receives_nothing(HOUR)  # once
    box.thermometer.celsius = (beyond + inside) / 2  # at the limit: not armed again
    box.run(3 * MINUTE)
    box.thermometer.celsius = beyond
    box.boss.receives_nothing(10 * MINUTE)
    box.thermometer.celsius = inside
    box.run(3 * MINUTE)
    box.thermometer.celsius = beyond
    assert box.boss.receives(2 * MINUTE) == alert
    assert box.boss.asks(name + "=OFF") == name + "=OFF - OK"
    box.thermometer.celsius = inside
    box.run(3 * MINUTE)
    box.thermometer.celsius = beyond
    box.boss.receives_nothing(10 * MINUTE)


def test_r6_4_told_is_told_over_a_restart(boss):
    boss.boss.asks("TFALLALERT=5C;POWERALERT=OFF")
    boss.thermometer.celsius = 0
    assert boss.boss.receives(2 * MINUTE).startswith("ALERT! Temperature fall")
    boss.cut_power()
    boss.restart()
    boss.boss.receives_nothing(HOUR)


def test_r6_5_rise_above_fall(box):
    box.boss.asks("TFALLALERT=15C")
    assert box.boss.asks("TRISEALERT=15C") == "TRISEALERT=15C - Incorrect value! Use more than TFALLALERT"
    assert box.boss.asks("TRISEALERT=16C") == "TRISEALERT=16C(60F) - OK"
    assert box.boss.asks("TFALLALERT=16C").startswith("TFALLALERT=16C - Incorrect value!")
    assert box.boss.asks("TFALLALERT?;TRISEALERT?") == "TFALLALERT=15C(60F)\nTRISEALERT=16C(60F)"


@pytest.mark.parametrize(("name", "factory", "other"), [("SWITCHOFFALERT", "OFF", "ON"), ("TSENSFAILALERT", "OFF", "ON")])
def test_switches(box, name, factory, other):
    assert box.boss.asks(name + "?") == f"{name}=({factory}),{other}"
    assert box.boss.asks(f"{name}={other}") == f"{name}={other} - OK"
    assert box.boss.asks(name + "?") == f"{name}={factory},({other})"


def test_every_alert_number_is_told(boss):
    boss.boss.asks("ALERTNUMBER+358402222222;TFALLALERT=25C")
    assert boss.boss.receives(2 * MINUTE).startswith("ALERT! Temperature fall")
    assert boss.family.receives(2 * MINUTE).startswith("ALERT! Temperature fall")
