"""Chapter 7 of SPEC (manual 8): date and time."""

import datetime as dt

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE

UNKNOWN = "--/--/--,--:--:--"


def _about(box, text, zone="+02", seconds=10):
    """The stamp in the text is the network's local time, within a few seconds."""
    stamp = text.split(" ")[-1] if " " in text else text
    assert stamp.endswith(zone), stamp
    shown = dt.datetime.strptime(stamp[:17], "%y/%m/%d,%H:%M:%S")
    now = box.network.local().replace(tzinfo=None)
    assert abs((now - shown).total_seconds()) < seconds, (stamp, now)


@pytest.fixture
def lost(bare):
    """A box in a network that does not tell the time."""
    bare.network.nitz = False
    return bare.on()


def test_r7_2_the_network_tells_the_time(box):
    _about(box, box.boss.asks("DATE"))
    box.run(DAY)
    _about(box, box.boss.asks("DATE"))


@pytest.mark.parametrize(
    ("quarters", "text"), [(8, "+02"), (-20, "-05"), (22, "+0530"), (0, "+00"), (-14, "-0330"), (56, "+14")]
)
def test_r7_1_zones(bare, quarters, text):
    bare.network.zone_quarters = quarters
    bare.on()
    _about(bare, bare.boss.asks("DATE"), text)


def test_r7_2_unknown_time(lost):
    lost.modem.nonvolatile["CLTS"] = "0"
    lost.boss.texts("DATE", when=None)
    assert lost.boss.receives().startswith("DATE 26/03/02,14:0")  # the message brought it


def test_r7_2_unknown_time_is_shown_as_dashes(lost):
    """A status that no message asks for: by the alarm, before anything told the time."""
    lost.boss.asks("MAKEMEBOSS;ALERT=SMS;ALARMON;POWERALERT=OFF")
    lost.run(5000)
    lost.cut_power()
    lost.modem.clock_offset = None
    lost.restart()
    lost.contact(closed=True)
    assert lost.boss.receives() == "ALARM! Sensor activated " + UNKNOWN
    assert lost.boss.asks("SHOWALARMLOG") == UNKNOWN


def test_r7_2_a_stranger_s_message_does_not_set_the_clock(lost):
    lost.boss.asks("MAKEMEBOSS;ALARMON;POWERALERT=OFF")
    lost.run(5000)
    lost.cut_power()
    lost.modem.clock_offset = None
    lost.restart()
    lost.stranger.texts("ON", when=dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
    lost.run(MINUTE)
    lost.contact(closed=True)
    assert lost.boss.receives() == "ALARM! Sensor activated " + UNKNOWN


def test_r7_2_the_modem_s_clock_bridges_a_restart_of_the_board(lost):
    _about(lost, lost.boss.asks("DATE"))
    lost.run(HOUR)
    lost.board.power_off()
    lost.run(HOUR)
    lost.restart()
    lost.contact(closed=True)
    lost.run(2000)
    stamp = lost.boss.asks("SHOWALARMLOG")
    _about(lost, stamp + "+02")


def test_datesms(lost):
    when = dt.datetime(2027, 5, 6, 7, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    lost.boss.texts("DATESMS", when=when)
    assert lost.boss.receives() == "DATE 27/05/06,07:08:09-05 - OK"
    assert lost.boss.asks("DATE").startswith("DATE 27/05/06,07:08:")


def test_date_by_hand(lost):
    assert lost.boss.asks("DATE=26/12/31,23:59:50+0530") == "DATE=26/12/31,23:59:50+0530 - OK"
    lost.run(20_000)
    assert lost.boss.asks("DATE").startswith("DATE 27/01/01,00:00:")


@pytest.mark.parametrize("date", ["20/02/29,12:00:00+00", "99/12/31,23:59:59+14", "28/02/29,00:00:00-11"])
def test_years_from_2020_to_2099(lost, date):
    assert lost.boss.asks("DATE=" + date) == f"DATE={date} - OK"
    assert lost.boss.asks("DATE").startswith("DATE " + date[:8]) or date.startswith("99")
    lost.run(2 * MINUTE)
    assert lost.boss.asks("RUNTIME") == "Power socket is OFF"


@pytest.mark.parametrize(
    "date", ["26/02/30,12:00:00+02", "26/13/01,00:00:00+02", "26/03/02,25:00:00+02", "19/12/31,00:00:00+00", "tomorrow"]
)
def test_r7_1_impossible_dates(box, date):
    assert box.boss.asks("DATE=" + date) == f"DATE={date.upper()} - Incorrect value! Use yy/mm/dd,hh:mm:ss+zz"
    _about(box, box.boss.asks("DATE"))


def test_spaces_in_a_date(box):
    assert box.boss.asks("DATE = 26/03/05, 10:00:00+02") == "DATE=26/03/05,10:00:00+02 - OK"


@pytest.mark.parametrize("start", ["2020-01-01 00:00:00", "2024-02-29 23:59:50", "2037-12-31 23:59:55", "2068-06-01 12:00:00"])
def test_networks_of_other_years(make_box, start):
    box = make_box(start=start)
    box.on()
    _about(box, box.boss.asks("DATE"))


def test_ticks_wrap_and_the_clock_goes_on(make_box):
    """Ticks wrap after 2**30 ms; the box starts five seconds before."""
    box = make_box(start_ticks=(1 << 30) - 20_000)
    box.on()
    box.run(30_000)
    _about(box, box.boss.asks("DATE"))
    box.boss.asks("ON600")
    box.until(lambda: not box.relay.on, 11 * MINUTE)


def test_the_network_s_time_wins_over_the_hand(box):
    box.boss.asks("DATE=30/01/01,00:00:00+00")
    box.network.go_down()
    box.run(MINUTE)
    box.network.come_up()
    box.run(2 * MINUTE)
    _about(box, box.boss.asks("DATE"))


@pytest.mark.parametrize("knob", ["nitz_cut", "ctzv_quoted"])
def test_odd_time_lines(bare, knob):
    setattr(bare.network, knob, True)
    bare.on()
    _about(bare, bare.boss.asks("DATE"))
