"""Decisions, converters and calendar: pure functions as tables and properties."""

import datetime as dt

import dates
import history
import mains
import pytest
import reports
import thermostat
from alarm import relay_on_activation
from commands import codes, parsing
from commands.date import _Date, zone_text
from hypothesis import given
from hypothesis import strategies as st
from kinds import Celsius, Code, RelayTime, Rule
from phones import Phone
from relay import RESTART, SET, by_power_state, end_of
from scheduler import due, first_to_look_at, latest
from sensors import both_units, plausible, rounded
from values import BadValue, days_of, dial_form, set_point_text

moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31, 23, 59, 59)).map(lambda m: m.replace(microsecond=0))


@given(moments)
def test_calendar_against_datetime(moment):
    seconds = dates.seconds(moment.year - 2000, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    assert seconds == int((moment - dt.datetime(2000, 1, 1)).total_seconds())
    assert dates.fields(seconds)[6] == moment.isoweekday()
    assert dates.text(seconds) == moment.strftime("%y/%m/%d,%H:%M:%S")


@pytest.mark.parametrize("date", [(26, 2, 29), (26, 13, 1), (26, 0, 1), (26, 4, 31), (24, 2, 30), (26, 1, 0), (100, 1, 1)])
def test_impossible_dates(date):
    assert dates.seconds(*date, 0, 0, 0) is None


@pytest.mark.parametrize(
    ("quarters", "text"), [(8, "+02"), (-20, "-05"), (22, "+0530"), (-14, "-0330"), (23, "+0545"), (0, "+00")]
)
def test_zones(quarters, text):
    assert zone_text(quarters) == text
    assert _Date().parse("26/03/02,12:00:00" + text)[1] == quarters


@pytest.mark.parametrize("text", [
    "26/02/30,12:00:00+02", "26/03/02,24:00:00+02", "26/03/02 12:00:00+02", "26/3/2,12:00:00+02", "19/03/02,12:00:00+02",
    "26/03/02,12:00:00", "26/03/02,12:00:00+2", "26/03/02,12:00:00+0520", "26/03/02,12:00:00+15", "", "now", "+",
])  # fmt: skip
def test_bad_dates(text):
    with pytest.raises(BadValue):
        _Date().parse(text)


@pytest.mark.parametrize(("mode", "celsius", "on", "result"), [
    ("HEATING", 9.9, False, True), ("HEATING", 10.1, True, False), ("HEATING", 10, True, True), ("HEATING", 10, False, False),
    ("COOLING", 9.9, True, False), ("COOLING", 10.1, False, True), ("COOLING", 10, True, True), ("COOLING", 10, False, False),
    ("HEATING", None, True, True), ("COOLING", None, False, False), ("HEATING", -55, False, True), ("COOLING", 125, False, True),
])  # fmt: skip
def test_thermostat(mode, celsius, on, result):
    assert thermostat.decide(mode, celsius, 10, 0, on) is result


@pytest.mark.parametrize(("mode", "celsius", "on", "result"), [
    ("HEATING", 9.5, False, False), ("HEATING", 8.9, False, True), ("HEATING", 9.5, True, True), ("HEATING", 10.1, True, False),
    ("COOLING", 10.5, False, False), ("COOLING", 11.1, False, True), ("COOLING", 10.5, True, True), ("COOLING", 9.9, True, False),
    ("HEATING", None, True, True),
])  # fmt: skip
def test_r20_4_hysteresis(mode, celsius, on, result):
    assert thermostat.decide(mode, celsius, 10, 1, on) is result


@pytest.mark.parametrize(("limit", "mode", "celsius", "held", "holds"), [
    (50, "HEATING", 4.9, False, True), (50, "HEATING", 5, False, False), (50, "HEATING", 5.9, True, True), (50, "HEATING", 6, True, False),
    (None, "HEATING", -20, True, False), (50, "COOLING", 4, True, False), (50, "HEATING", None, True, True), (50, "HEATING", None, False, False),
    (-200, "HEATING", -20.1, False, True), (55, "HEATING", 5.4, False, True),
])  # fmt: skip
def test_r20_6_frost(limit, mode, celsius, held, holds):
    assert thermostat.frost(limit, mode, celsius, held) is holds


NOTHING = -32768


@pytest.mark.parametrize(("values", "newest", "minutes", "most", "before"), [
    ([250, 250, 190], 190, 30, 50, 250), ([250, 201], 201, 30, 50, None), ([190, 250, 195], 195, 30, 50, 250), ([100, 151], 151, 5, 50, 100),
    ([250] + [200] * 31, 200, 30, 50, None), ([NOTHING, 200], 200, 30, 50, None), ([NOTHING], NOTHING, 30, 50, None),
])  # fmt: skip
def test_r20_19_change(values, newest, minutes, most, before):
    def sixteenths(tenths):
        return tenths if tenths in (None, NOTHING) else tenths * 8  # of a scale where all is five times as much

    found = history.change([sixteenths(value) for value in values], sixteenths(newest), minutes, most * 5)
    assert found == sixteenths(before)


@pytest.mark.parametrize(("row", "day", "every", "due"), [
    (None, 100, 7, True), ([100, 100], 100, 7, False), ([100, 100], 106, 7, False), ([100, 100], 107, 7, True), ([100, 107], 107, 7, False),
    ([100, 100], 108, 7, False), ([100, 100], 101, 1, True),
])  # fmt: skip
def test_r20_13_heartbeat(row, day, every, due):
    assert reports.heartbeat_due(row, day, every) is due


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0 s"), (45, "45 s"), (60, "1 min"), (3599, "59 min"), (7500, "2 h 5 min"), (7200, "2 h"), (86400, "1 d"), (273600, "3 d 4 h"),
])  # fmt: skip
def test_r20_8_length(seconds, text):
    assert mains.length_text(seconds) == text


@pytest.mark.parametrize(("text", "days"), [
    ("*", "1234567"), ("1", "1"), ("1-5", "12345"), ("67", "67"), ("135", "135"), ("6-7", "67"), ("5-1", ""), ("1-1", ""), ("11", ""), ("31", ""),
    ("8", ""), ("", ""), ("0-3", ""), ("1-", ""),
])  # fmt: skip
def test_r20_9_days(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize(("utc", "digits"), [  # RFC 6238, appendix B: the last six digits for SHA-1
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130"),
])  # fmt: skip
def test_r20_16_codes(utc, digits):
    key = codes.key_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert key == b"12345678901234567890"
    assert codes.code(key, utc // 30) == digits
    secret, moment = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", utc - 946684800
    assert codes.matching_step(secret, digits, moment + 30, 0) == utc // 30
    assert codes.matching_step(secret, digits, moment - 30, 0) == utc // 30
    assert codes.matching_step(secret, digits, moment + 90, 0) is None
    assert codes.matching_step(secret, digits, moment, utc // 30) is None


@pytest.mark.parametrize(("celsius", "rising", "side"), [
    (35.1, True, 1), (35, True, 0), (34.1, True, 0), (34, True, -1), (14.9, False, -1), (None, True, 0), (35.5, False, 0),
    (36, False, -1), (34.9, False, 1),
])  # fmt: skip
def test_limits(celsius, rising, side):
    assert thermostat.crossed(celsius, 35, rising) == (side if celsius != 14.9 else 1)


@pytest.mark.parametrize(("celsius", "text"), [
    (35, "35C(96F)"), (15, "15C(60F)"), (22, "22C(72F)"), (10, "10C(50F)"), (-55, "-55C(-66F)"), (120, "120C(248F)"), (0, "0C(32F)"),
])  # fmt: skip
def test_r6_1_set_points(celsius, text):
    assert set_point_text(celsius * 10) == text


@given(st.integers(-55, 120))
def test_r6_1_f_is_the_nearest_even_number(celsius):
    shown = int(set_point_text(celsius * 10).split("(")[1][:-2])
    exact = celsius * 9 / 5 + 32
    assert shown % 2 == 0
    assert abs(shown - exact) <= 1
    assert abs(shown - exact) < 1 or shown > exact
    assert Celsius().parse(f"{celsius}c") == celsius * 10


@pytest.mark.parametrize(("text", "celsius"), [("96F", 35), ("60F", 15), ("72F", 22), ("50f", 10), ("-67F", -55), ("248F", 120),
                                               ("0F", -17), ("-4F", -20), ("31F", 0), ("10°C", 10), ("+5C", 5)])  # fmt: skip
def test_r6_1_from_f_cut_toward_zero(text, celsius):
    assert Celsius().parse(text) == celsius * 10


@pytest.mark.parametrize(
    "text",
    ["", "10", "C", "10.55C", "10.5F", "10.C", ".5C", "-56C", "121C", "-68F", "249F", "1OC", "--5C", "OFF", "10CC", "1e1C"],
)
def test_bad_set_points(text):
    with pytest.raises(BadValue):
        Celsius().parse(text)


@pytest.mark.parametrize(("celsius", "text"), [(25.0, "25C(77F)"), (36.0, "36C(97F)"), (4.0, "4C(39F)"), (11.0, "11C(52F)"),
                                               (-0.5, "-1C(31F)"), (-3.4, "-3C(26F)"), (0.4375, "0C(33F)")])  # fmt: skip
def test_r6_1_measured(celsius, text):
    assert both_units(celsius) == text


@given(st.floats(-100, 200))
def test_rounding(value):
    assert abs(rounded(value) - value) <= 0.5


@pytest.mark.parametrize(("celsius", "good"), [(85.0, False), (127.9, False), (-55.1, False), (125.1, False), (None, False),
                                               (-55, True), (125, True), (84.9375, True), (0.0, True)])  # fmt: skip
def test_r6_3_plausible(celsius, good):
    assert plausible(celsius) is good


@pytest.mark.parametrize(
    ("text", "result"), [("0", None), ("ON", (True, 0)), ("OFF", (False, 0)), ("ON60", (True, 60)), ("OFF5", (False, 5))]
)
def test_r8_4_relay_time(text, result):
    assert RelayTime().parse(text.lower()) == text
    assert relay_on_activation(text) == result


@pytest.mark.parametrize("text", ["", "1", "ON0", "ON65001", "OFF0", "AN", "ON-1", "ONOFF", "60"])
def test_bad_relay_times(text):
    with pytest.raises(BadValue):
        RelayTime().parse(text)


@pytest.mark.parametrize("text", ["08:00,*,ON", "23:59,7,off", "00:00,1,INF", "11:59,*,AON", "12:00,3,aof"])
def test_rules(text):
    assert Rule().parse(text) == text.upper()


@pytest.mark.parametrize("text", ["", "8:00,*,ON", "24:00,*,ON", "12:60,*,ON", "12:00,0,ON", "12:00,8,ON", "12:00,*,XX", "12:00,*",
                                  "12:00,**,ON", "12:00,,ON", "12.00,*,ON", "12:00,*,ON,ON"])  # fmt: skip
def test_bad_rules(text):
    with pytest.raises(BadValue):
        Rule().parse(text)


@pytest.mark.parametrize(("text", "good"), [("*100#", True), ("#111#", True), ("*#06#", True), ("*111*2#", True), ("100#", False),
                                            ("*100", False), ("*#", False), ("*10a#", False), ("", False)])  # fmt: skip
def test_codes(text, good):
    assert Code().ok(text) is good if text else True


def _minute(day, hour, minute):
    return dates.seconds(26, 3, day, hour, minute, 0) // 60  # 2026-03-02 is a Monday


def test_r9_1_due():
    rules = ["08:00,*,ON", "08:00,2,OFF", "08:05,1,AON"]
    monday = _minute(2, 8, 0)
    assert due(rules, {}, monday - 1, monday) == [(monday, rules[0])]
    assert due(rules, {}, monday - 1, monday + 5) == [(monday, rules[0]), (monday + 5, rules[2])]
    assert due(rules, {rules[0]: monday}, monday - 1, monday + 5) == [(monday + 5, rules[2])]
    assert len(due(rules, {}, monday - 1, monday + 1440)) == 3  # each at most once a day


@pytest.mark.parametrize(("last", "now", "passed", "zone", "restarted", "first"), [
    (100_000, 100_001, 1, 0, False, 100_000), (100_000, 100_010, 10, 0, False, 100_000), (100_000, 100_011, 11, 0, False, 100_010),
    (100_000, 99_990, -10, 0, False, 99_989), (100_000, 101_000, 0, 0, True, 100_000), (100_000, 103_000, 0, 0, True, 101_560),
    (0, 100_000, 0, 0, True, 99_999), (100_000, 99_000, 0, 0, True, 98_999),
    (100_000, 100_061, 1, 4, False, 100_000), (100_000, 99_941, 1, -4, False, 99_940), (100_000, 100_121, 1, 8, False, 100_120),
])  # fmt: skip
def test_r9_1_first_to_look_at(last, now, passed, zone, restarted, first):
    assert first_to_look_at(last, now, passed, zone, restarted) == first


@given(st.integers(0, 1439), st.sampled_from(["*", "1", "7", "3"]), st.integers(13_000_000, 14_000_000))
def test_r9_1_latest(at, days, now):
    rule = f"{at // 60:02}:{at % 60:02},{days},ON"
    found = latest(rule, now)
    assert now - 7 * 1440 < found <= now
    weekday = dates.fields(found * 60)[6]
    assert found % 1440 == at and days in ("*", str(weekday))


@pytest.mark.parametrize(("move", "remembered", "end"), [
    ((SET, True, 0), False, True), ((SET, False, 0), True, False), ((SET, True, 30), True, False), ((SET, False, 30), False, True),
    ((RESTART, None, 10), True, True), ((RESTART, None, 10), False, False),
])  # fmt: skip
def test_r2_2_what_is_remembered(move, remembered, end):
    assert end_of(move, remembered) is end


def test_r10_2_power_state():
    assert [by_power_state(on, state) for state in ("REMEMBER", "ON", "OFF") for on in (False, True)] == [
        False, True, True, True, False, False
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "commands"), [
    ("on", ["on"]), (" ON. ", ["ON"]), ("“ON”!!", ["ON"]), ("ON 👍🏻", ["ON"]), ("a ; b\n\nc", ["a", "b", "c"]), ("😀", []), (".", []),
    ("SCHEDULER+08:00, *, ON", ["SCHEDULER+08:00,*,ON"]), ("日本", ["日本"]),
])  # fmt: skip
def test_r1_1_split(text, commands):
    assert parsing.split(parsing.clean(text), 11) == commands


@pytest.mark.parametrize(("text", "found"), [
    ("on30", ("ON#", "30")), ("ON 30", ("ON#", "30")), ("ring?", ("RING?", "")), ("RING = SWITCH", ("RING=", "SWITCH")),
    ("HELP RING", ("HELP ", "RING")), ("SIMCARD*1#", ("SIMCARD*", "*1#")), ("SECNUMBER-ALL", ("SECNUMBER-", "ALL")),
])  # fmt: skip
def test_r1_1_parse(text, found):
    assert parsing.parse(text) == found


@pytest.mark.parametrize(("word", "meant"), [
    ("STATSU", "STATUS"), ("STATU", "STATUS"), ("STATUSS", "STATUS"), ("STETUS", "STATUS"), ("FROB", None), ("STATUS", "STATUS"),
    ("ONE", "ON"), ("X", None), ("PASWORD", "PASSWORD"),
])  # fmt: skip
def test_near(word, meant):
    assert parsing.near(word, ["ON", "STATUS", "PASSWORD"]) == meant


@given(st.text(max_size=40))
def test_any_text_parses(text):
    for part in parsing.split(parsing.clean(text), 11):
        form, value = parsing.parse(part)
        parsing.near(form, ["ON", "STATUS", "SECNUMBER"])
        assert isinstance(form, str) and isinstance(value, str)


def test_phone_numbers():
    phone = Phone()
    assert phone.parse("+358401234567") == phone.parse("00358401234567") == "358401234567"
    assert dial_form("358401234567") == "+358401234567"
    assert dial_form("123456") == "123456"
    assert dial_form("0401234567") == "0401234567"
