"""Chapter 9 of SPEC (manual 10): the scheduler."""

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE


def _at(box, text):
    """Make it that UTC time (the zone is +2) without telling the device; it hears with the next registration."""
    box.network.set_time(text)


@pytest.fixture
def monday(make_box):
    """A box on Monday 2026-03-02, 07:50 local time."""
    box = make_box(start="2026-03-02 05:50:00").on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")  # with a list the configuration window stays open
    return box


def _wait_until(box, hour, minute, second=0, day=None):
    now = box.network.local()
    target = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if day:
        target = target.replace(day=day)
    seconds = (target - now).total_seconds()
    box.run(int((seconds if seconds > 0 else seconds + 86400) * 1000))


def test_rules_are_kept_sorted(box):
    assert box.boss.asks("SCHEDULER?") == "SCHEDULER is empty"
    for rule in ("20:30,*,OFF", "08:00,*,ON", "09:00,1,AON", "18:00,5,AOF", "17:00,6,INF", "08:00,7,OFF"):
        assert box.boss.asks("SCHEDULER+" + rule) == f"SCHEDULER+{rule} - OK"
    assert box.boss.asks("scheduler+08:00, *, on") == "SCHEDULER+08:00,*,ON - OK"  # twice is once
    rules = ["08:00,*,ON", "08:00,7,OFF", "09:00,1,AON", "17:00,6,INF", "18:00,5,AOF", "20:30,*,OFF"]
    assert box.boss.asks("SCHEDULER?") == "\n".join(rules)
    box.cut_power()
    box.restart()
    box.boss.reads_all()
    assert box.boss.asks("SCHEDULER?") == "\n".join(rules)
    assert box.boss.asks("SCHEDULER-08:00") == "SCHEDULER-08:00 - OK"
    assert box.boss.asks("SCHEDULER?") == "\n".join(rules[2:])
    assert box.boss.asks("SCHEDULER-08:00") == "SCHEDULER-08:00 - Incorrect value! Use hh:mm of a rule, or ALL"
    assert box.boss.asks("SCHEDULER-ALL") == "SCHEDULER-ALL - OK"
    assert box.boss.asks("SCHEDULER?") == "SCHEDULER is empty"


def test_at_most_eight(box):
    for hour in range(8):
        box.boss.asks(f"SCHEDULER+{hour:02d}:00,*,ON")
    assert box.boss.asks("SCHEDULER+08:00,*,ON") == "SCHEDULER list is full!"
    assert box.boss.asks("SCHEDULER+07:00,*,ON") == "SCHEDULER+07:00,*,ON - OK"
    assert box.boss.asks("SCHEDULER?").count("\n") == 7


@pytest.mark.parametrize("rule", ["8:00,*,ON", "25:00,*,ON", "08:00,8,ON", "08:00,*,JUMP", "08:00,ON", ""])
def test_bad_rules(box, rule):
    assert box.boss.asks("SCHEDULER+" + rule).startswith(f"SCHEDULER+{rule} - Incorrect value! Use hh:mm,*|1..7|")
    assert box.boss.asks("SCHEDULER?") == "SCHEDULER is empty"


def test_r9_1_a_rule_fires_in_its_minute_every_day(monday):
    monday.boss.asks("SCHEDULER+08:00,*,ON;SCHEDULER+20:30,*,OFF")
    for _ in range(3):
        _wait_until(monday, 8, 0, 2)
        assert monday.relay.on
        _wait_until(monday, 20, 29, 58)
        assert monday.relay.on
        _wait_until(monday, 20, 30, 2)
        assert not monday.relay.on
    assert len(monday.relay.moves()) == 6


def test_days_of_the_week(monday):
    monday.boss.asks("SCHEDULER+12:00,2,ON;SCHEDULER+13:00,7,OFF")
    _wait_until(monday, 12, 1)
    assert not monday.relay.on
    _wait_until(monday, 12, 1)
    assert monday.relay.on
    monday.run(5 * DAY - HOUR)
    assert monday.relay.on
    monday.run(3 * HOUR)
    assert not monday.relay.on
    assert monday.network.local().isoweekday() == 7


@pytest.mark.parametrize(("start", "rules", "days"), [
    ("2026-03-01 21:30:00", ["23:59,7,ON", "00:00,1,OFF"], 1),  # Sunday to Monday
    ("2028-02-28 21:30:00", ["00:00,2,ON", "23:59,2,OFF"], 2),  # the leap day is a Tuesday
    ("2026-12-31 21:30:00", ["23:59,4,ON", "00:00,5,OFF"], 1),  # New Year
])  # fmt: skip
def test_midnight_week_ends_and_leap_days(make_box, start, rules, days):
    box = make_box(start=start).on()
    for rule in rules:
        box.boss.asks("SCHEDULER+" + rule)
    box.run(days * DAY + HOUR)
    assert [on for _, on in box.relay.moves(1)] == [True, False]


def test_inf_sends_the_status_to_all(monday):
    monday.boss.asks("ALERTNUMBER+358402222222;SCHEDULER+08:00,*,INF")
    _wait_until(monday, 8, 1)
    assert monday.boss.receives().startswith("Power socket OFF\nSignal: ")
    assert monday.family.receives().startswith("Power socket OFF\nSignal: ")
    monday.boss.receives_nothing(HOUR)


def test_aon_and_aof(monday):
    monday.boss.asks("SCHEDULER+08:00,1,AON;SCHEDULER+09:00,1,AOF")
    _wait_until(monday, 8, 1)
    assert monday.boss.asks("ALARM?").startswith("ALARM function: Enabled")
    _wait_until(monday, 9, 1)
    assert monday.boss.asks("ALARM?").startswith("ALARM function: Disabled")


def test_r9_1_a_busy_board_fires_in_time(monday):
    monday.boss.asks("SCHEDULER+08:00,*,ON")
    _wait_until(monday, 7, 59, 58)
    monday.modem.delays["+CMGS"] = 30_000
    for _ in range(3):
        monday.boss.texts("STATUS")
    _wait_until(monday, 8, 0, 5)
    assert monday.relay.on


def test_r9_1_rules_wait_for_the_clock(bare):
    bare.network.set_time("2026-03-02 05:58:00")
    bare.network.nitz = False
    bare.on()
    bare.boss.texts("SCHEDULER+08:00,*,ON")
    bare.boss.receives()
    bare.run(5000)
    bare.boss.asks("POWERALERT=OFF")
    bare.cut_power()
    bare.modem.clock_offset = None
    bare.restart()
    bare.run(10 * MINUTE)
    assert not bare.relay.on  # it cannot know
    bare.boss.asks("DATE")
    bare.run(MINUTE)
    assert bare.relay.on  # and makes up for it


def _forward(box, minutes):
    now = box.network.local()
    import datetime as dt

    moment = now + dt.timedelta(minutes=minutes)
    stamp = f"{moment:%y/%m/%d,%H:%M:%S}+02"
    assert box.boss.asks("DATE=" + stamp).endswith("OK")


def test_r9_1_a_clock_set_forward_by_ten_minutes_fires_what_it_jumped_over(monday):
    monday.boss.asks("SCHEDULER+08:00,*,ON")
    _wait_until(monday, 7, 55)
    _forward(monday, 9)
    monday.run(5000)
    assert monday.relay.on


def test_r9_1_a_clock_set_forward_by_more_fires_nothing_stale(monday):
    monday.boss.asks("SCHEDULER+08:00,*,ON;SCHEDULER+08:01,*,INF")
    _wait_until(monday, 7, 55)
    _forward(monday, 30)
    monday.run(HOUR)
    assert not monday.relay.on
    monday.boss.receives_nothing()


def test_r9_1_a_clock_set_back_fires_nothing_twice(monday):
    monday.boss.asks("SCHEDULER+08:00,*,INF")
    _wait_until(monday, 8, 2)
    assert monday.boss.receives().startswith("Power socket")
    _forward(monday, -5)
    monday.boss.receives_nothing(HOUR)
    monday.run(DAY - 2 * HOUR)
    monday.boss.receives_nothing(HOUR)
    monday.run(HOUR)
    assert monday.boss.reads_all()  # and goes on the next day


def test_r9_1_set_back_by_an_hour_in_autumn(monday):
    monday.boss.asks("SCHEDULER+08:30,*,ON;SCHEDULER+08:10,*,OFF")
    _wait_until(monday, 8, 45)
    assert monday.relay.on
    _forward(monday, -60)
    monday.run(2 * HOUR)
    assert len(monday.relay.moves()) == 1


def test_a_clock_that_was_a_year_ahead(monday):
    """What a wrong clock has fired must not silence the rules for a year."""
    monday.boss.asks("SCHEDULER+08:00,*,ON;SCHEDULER+09:00,*,OFF")
    _forward(monday, 366 * 1440)
    monday.run(2 * HOUR)
    assert len(monday.relay.moves()) == 2
    _forward(monday, 0)
    monday.run(DAY)
    assert len(monday.relay.moves()) == 4


def test_r9_1_a_restart_in_the_minute_of_a_rule(monday):
    monday.boss.asks("SCHEDULER+08:00,*,INF")
    _wait_until(monday, 8, 0, 3)
    monday.run(5000)
    monday.cut_power()
    monday.restart(ready=False)
    monday.run(5 * MINUTE)
    assert len(monday.boss.reads_all()) <= 1
    assert not [line for line in monday.log if "made up for" in line]


def test_r9_1_missed_rules_are_applied_in_order_after_a_power_cut(monday):
    monday.boss.asks(
        "SCHEDULER+08:00,*,ON;SCHEDULER+09:00,*,AON;SCHEDULER+10:00,*,OFF;SCHEDULER+10:30,*,INF;SCHEDULER+11:00,*,ON"
    )
    _wait_until(monday, 7, 55)
    monday.cut_power()
    monday.run(5 * HOUR)
    monday.restart()
    monday.run(MINUTE)
    assert monday.relay.on
    made_up = [line.split("rule ")[1] for line in monday.log if "made up for" in line]
    assert made_up == ["08:00,*,ON made up for", "09:00,*,AON made up for", "10:00,*,OFF made up for", "11:00,*,ON made up for"]
    assert monday.boss.asks("ALARM?").startswith("ALARM function: Enabled")
    assert not [text for text in monday.boss.reads_all() if text.startswith("Power socket")]  # INF is not made up for


def test_r9_1_older_than_a_day_is_not_made_up_for(monday):
    monday.boss.asks("SCHEDULER+08:00,1,ON")
    _wait_until(monday, 7, 55)
    monday.cut_power()
    monday.run(2 * DAY)
    monday.restart()
    monday.run(MINUTE)
    assert not monday.relay.on


def test_a_command_after_a_missed_rule_counts(monday):
    """OFF by text at noon is later than ON by rule at 8: a power cut in the afternoon must not bring the ON back."""
    monday.boss.asks("SCHEDULER+08:00,*,ON")
    _wait_until(monday, 12, 0)
    monday.boss.asks("OFF")
    monday.run(HOUR)
    monday.cut_power()
    monday.run(HOUR)
    monday.restart()
    monday.run(5 * MINUTE)
    assert not monday.relay.on


def test_a_new_rule_has_missed_nothing(monday):
    _wait_until(monday, 12, 0)
    monday.boss.asks("SCHEDULER+08:00,*,ON")
    monday.run(HOUR)
    monday.cut_power()
    monday.restart()
    monday.run(5 * MINUTE)
    assert not monday.relay.on


def test_a_rule_cancels_a_running_time(monday):
    monday.boss.asks("SCHEDULER+08:00,*,ON")
    _wait_until(monday, 7, 58)
    monday.boss.asks("ON600")
    monday.run(HOUR)
    assert monday.relay.on


def test_a_week_over_the_wrap_of_the_ticks(make_box):
    box = make_box(start="2026-03-02 05:50:00", start_ticks=(1 << 30) - 3 * 86_400_000).on()
    box.boss.asks("SCHEDULER+08:00,*,ON;SCHEDULER+09:00,*,OFF")
    box.run(7 * DAY)
    assert len(box.relay.moves()) == 14
