"""Decisions, converters and calendar: pure functions as tables and properties."""

import datetime as dt

import at
import clock
import dates
import pytest
import thermostat
from commands import args, parse, security, split
from commands.alarms import RelayTime
from commands.credit import _Code
from commands.date import _Date, zone_text
from commands.schedule import _Rule
from commands.temperature import Celsius
from hypothesis import given
from hypothesis import strategies as st
from rare import activation, modem_clock, ussd
from rare.rules import due, first_to_look_at
from sensors import both_units, plausible, rounded

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
    with pytest.raises(args.BadValue):
        _Date().parse(text)


@pytest.mark.parametrize(("mode", "celsius", "on", "result"), [
    ("HEATING", 9.9, False, True), ("HEATING", 10.1, True, False), ("HEATING", 10, True, True), ("HEATING", 10, False, False),
    ("COOLING", 9.9, True, False), ("COOLING", 10.1, False, True), ("COOLING", 10, True, True), ("COOLING", 10, False, False),
    ("HEATING", None, True, True), ("COOLING", None, False, False), ("HEATING", -55, False, True), ("COOLING", 125, False, True),
])  # fmt: skip
def test_thermostat(mode, celsius, on, result):
    assert thermostat.decide(mode, celsius, 10, on) is result


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
    assert thermostat.set_point_text(celsius) == text


@given(st.integers(-55, 120))
def test_r6_1_f_is_the_nearest_even_number(celsius):
    shown = int(thermostat.set_point_text(celsius).split("(")[1][:-2])
    exact = celsius * 9 / 5 + 32
    assert shown % 2 == 0
    assert abs(shown - exact) <= 1
    assert abs(shown - exact) < 1 or shown > exact
    assert Celsius().parse(f"{celsius}c") == celsius


@pytest.mark.parametrize(("text", "celsius"), [("96F", 35), ("60F", 15), ("72F", 22), ("50f", 10), ("-67F", -55), ("248F", 120),
                                               ("0F", -17), ("-4F", -20), ("31F", 0), ("10°C", 10), ("+5C", 5)])  # fmt: skip
def test_r6_1_from_f_cut_toward_zero(text, celsius):
    assert Celsius().parse(text) == celsius


@pytest.mark.parametrize("text", ["", "10", "C", "10.5C", "-56C", "121C", "-68F", "249F", "1OC", "--5C", "OFF", "10CC", "1e1C"])
def test_bad_set_points(text):
    with pytest.raises(args.BadValue):
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
    assert activation.relay_on_activation(text) == result


@pytest.mark.parametrize("text", ["", "1", "ON0", "ON65001", "OFF0", "AN", "ON-1", "ONOFF", "60"])
def test_bad_relay_times(text):
    with pytest.raises(args.BadValue):
        RelayTime().parse(text)


@pytest.mark.parametrize("text", ["08:00,*,ON", "23:59,7,off", "00:00,1,INF", "11:59,*,AON", "12:00,3,aof"])
def test_rules(text):
    assert _Rule().parse(text) == text.upper()


@pytest.mark.parametrize("text", ["", "8:00,*,ON", "24:00,*,ON", "12:60,*,ON", "12:00,0,ON", "12:00,8,ON", "12:00,*,XX", "12:00,*",
                                  "12:00,**,ON", "12:00,,ON", "12.00,*,ON", "12:00,*,ON,ON"])  # fmt: skip
def test_bad_rules(text):
    with pytest.raises(args.BadValue):
        _Rule().parse(text)


@pytest.mark.parametrize(("text", "good"), [("*100#", True), ("#111#", True), ("*#06#", True), ("*111*2#", True), ("100#", False),
                                            ("*100", False), ("*#", False), ("*10a#", False), ("", False)])  # fmt: skip
def test_codes(text, good):
    assert _Code().ok(text) is good if text else True


def _minute(day, hour, minute):
    return dates.seconds(26, 3, day, hour, minute, 0) // 60  # 2026-03-02 is a Monday


def test_r9_1_due():
    rules = ["08:00,*,ON", "08:00,2,OFF", "08:05,1,AON"]
    monday = _minute(2, 8, 0)
    assert due(rules, {}, monday - 1, monday) == [(monday, rules[0])]
    assert due(rules, {}, monday - 1, monday + 5) == [(monday, rules[0]), (monday + 5, rules[2])]
    assert due(rules, {rules[0]: monday}, monday - 1, monday + 5) == [(monday + 5, rules[2])]
    assert len(due(rules, {}, monday - 1, monday + 1440)) == 4


@pytest.mark.parametrize(("last", "now", "restarted", "first"), [
    (100_000, 100_001, False, 100_000), (100_000, 100_010, False, 100_000), (100_000, 100_011, False, 100_010),
    (100_000, 99_990, False, 99_989), (100_000, 101_000, True, 100_000), (100_000, 103_000, True, 101_560), (0, 100_000, True, 99_999),
])  # fmt: skip
def test_r9_1_first_to_look_at(last, now, restarted, first):
    assert first_to_look_at(last, now, restarted) == first


@given(st.text(max_size=40))
def test_any_text_parses(text):
    for part in split(text):
        form, value = parse(part)
        assert isinstance(form, str) and isinstance(value, str)


@pytest.mark.parametrize(("line", "result"), [
    (b'+CUSD: 0, "Balance:40,60r", 15', (0, "Balance:40,60r")),
    (b'+CUSD: 0,"Hi",15', (0, "Hi")),
    (b"+CUSD: 2", (2, "")),
    (b"+CUSD:4", (4, "")),
    (b'+CUSD: 0, "003200300030002E0030003000200440002E", 72', (0, "200.00 р.")),
    (b'+CUSD: 1,"a\nb\nc", 15', (1, "a\nb\nc")),
    (b'+CUSD: 0, "C8329BFD06", 15', (0, "Hello")),
    (b'+CUSD: 0, "1234567890", 15', (0, "1234567890")),
    (b'+CUSD: 0, "041D0435043F0440043", 72', (0, "Непр")),
    (b'+CUSD: 0, "cut', (0, "cut")),
    (b'+CUSD: 0, "\x01 5.00 left", 0', (0, "£ 5.00 left")),
    (b"+CUSD:", (4, "")),
])  # fmt: skip
def test_ussd(line, result):
    assert ussd.parse_ussd(line) == result


@pytest.mark.parametrize(("line", "good"), [
    (b'+CCLK: "26/03/02,14:00:00+08"', True), (b'+CCLK: "04/01/01,00:00:05+00"', False), (b'+CCLK: "80/01/06,00:00:05+00"', False),
    (b"+CCLK: ", False), (b'+CCLK: "26/13/02,14:00:00+08"', False), (b'+CCLK: "garbage"', False),
])  # fmt: skip
def test_modem_clock(line, good):
    found = modem_clock.parse_clock(line)
    assert (found is not None) is good
    if good:
        assert found == (dates.seconds(26, 3, 2, 12, 0, 0), 8)


def test_phone_numbers():
    phone = security._Phone()
    assert phone.parse("+358401234567") == phone.parse("00358401234567") == "358401234567"
    assert args.dial_form("358401234567") == "+358401234567"
    assert args.dial_form("123456") == "123456"


def test_modules_are_there():
    assert at.ModemError(b"AT", "+CMS ERROR: 38").code() == 38
    assert at.ModemError(b"AT", "timeout").code() is None
    assert clock.source is None
