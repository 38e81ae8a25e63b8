"""The stage without a browser: stories, actions, windows that do not keep up."""

import asyncio
import calendar
import time

import pytest

from tools.simulator.box import BOSS, FAMILY
from tools.simulator.page import server, stories
from tools.simulator.page.stage import WITHHELD, Stage, in_daylight

PACE = 12


@pytest.fixture
def make_stage():
    """A factory of running stages."""
    stages = []

    def make(**how):
        frames = []
        stages.append(Stage(frames.append, start="2026-11-20 16:00:00", pace=PACE, **how))
        stages[-1].frames = frames
        stages[-1].start()
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()
        assert not stage.error, stage.error
        assert not stage.box.modem.unknown


def wait(condition, seconds=30):
    """Wait in real time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def texts(stage, number=BOSS):
    """What this phone has received."""
    return [row["text"] for row in stage.events if row["kind"] == "text" and row["phone"] == number and not row["out"]]


ENDS = {
    "first_start": (BOSS, "Power socket ON\nSignal: Good"),
    "frosty_weekend": (BOSS, "TEMPERATURE: 20C"),
    "frost_guard": (BOSS, "Cabin: ALERT! Frost: 5C(41F), limit 5C(42F)"),
    "break_in": (FAMILY, "ALARM! Sensor activated"),
    "power_cut": (BOSS, "Power supply restored"),
    "flooded_cellar": (FAMILY, "ALARM: Sensor back to normal"),
}


@pytest.mark.parametrize("name", stories.STORIES)
def test_a_story_shows_itself_within_a_minute(make_stage, name):
    stage = make_stage()
    stage.do({"do": "story", "name": name})
    wait(lambda: stage.story)
    wait(lambda: not stage.story)
    assert stage.told < 62
    number, text = ENDS[name]
    assert [row for row in texts(stage, number) if row.startswith(text)], texts(stage, number)
    assert not [row for row in stage.events if row["kind"] == "note"]


def test_every_caption_can_be_read_and_the_last_one_dismissed(make_stage):
    stage, seen = make_stage(), []
    stage.publish = lambda frame: seen.append((stage.told, frame["state"].get("caption")))
    stage.do({"do": "story", "name": "frosty_weekend"})
    wait(lambda: stage.story)
    wait(lambda: not stage.story)
    shown = [(told, caption) for told, caption in seen if caption]
    assert len(shown) == 5
    for (told, caption), (later, _) in zip(shown, [*shown[1:], (stage.told, "")], strict=True):
        assert later - told >= 1 + 0.035 * len(caption), caption
    assert stage.caption
    stage.do({"do": "dismiss"})
    wait(lambda: not stage.caption)


def test_the_pump_runs_until_the_water_is_gone(make_stage):
    stage = make_stage()
    stage.do({"do": "story", "name": "flooded_cellar"})
    wait(lambda: stage.story)
    assert wait(lambda: not stage.story) is None
    moves = stage.box.relay.moves()
    assert [on for _, on in moves] == [True, False]
    assert moves[1][0] - moves[0][0] > 20 * 60_000, "as long as the water is high"
    assert stage.state()["load"] == "pump"


def test_the_scene_begins_by_day():
    for hour in (0, 3, 7, 9, 12, 16, 17, 22):
        now = time.localtime(time.mktime((2026, 11, 20, hour, 30, 0, 0, 0, -1)))
        begins = calendar.timegm(time.strptime(in_daylight(now), "%Y-%m-%d %H:%M:%S"))
        assert time.localtime(begins).tm_hour == (hour if 8 <= hour < 17 else 10)
        assert time.localtime(begins).tm_mday == 20


def test_power_that_was_cut_comes_back_with_the_plug(make_stage):
    stage = make_stage()
    stage.do({"do": "mains", "on": False})
    stage.do({"do": "plug", "on": False})
    wait(lambda: not stage.state()["plugged"])
    stage.do({"do": "plug", "on": True})
    wait(lambda: stage.state()["plugged"] and stage.state()["mains"])


def test_a_story_can_be_ended_and_another_begun(make_stage):
    stage = make_stage()
    stage.do({"do": "story", "name": "frosty_weekend"})
    wait(lambda: stage.story and stage.story.name == "frosty_weekend")
    stage.do({"do": "stop"})
    wait(lambda: not stage.story)
    stage.do({"do": "story", "name": "power_cut"})
    wait(lambda: stage.story and stage.story.name == "power_cut")
    stage.do({"do": "reset"})
    wait(lambda: not stage.story and not texts(stage))


def test_texts_have_ticks(make_stage):
    stage = make_stage()
    stage.do({"do": "network", "up": False})
    stage.do({"do": "text", "phone": BOSS, "text": "ON"})
    wait(lambda: [row for row in stage.events if row["kind"] == "text"])
    time.sleep(0.4)
    (text,) = [row for row in stage.events if row["kind"] == "text"]
    assert text["state"] == "sent"
    stage.do({"do": "network", "up": True})
    wait(lambda: text["state"] == "delivered")
    wait(lambda: texts(stage) == ["Power socket ON"])


@pytest.mark.parametrize(
    "action",
    (
        {},
        {"do": "nothing"},
        {"do": "__class__"},
        {"do": "text"},
        {"do": "text", "phone": "+1", "text": "ON"},
        {"do": "text", "phone": BOSS, "text": " "},
        {"do": "text", "phone": BOSS, "text": "X" * 1001},
        {"do": "text", "phone": WITHHELD, "text": "ON"},
        {"do": "answer", "phone": BOSS},
        {"do": "hang", "phone": BOSS},
        {"do": "speed", "times": 0},
        {"do": "speed", "times": "x"},
        {"do": "speed", "times": 1e9},
        {"do": "date", "local": "yesterday"},
        {"do": "load", "load": "toaster"},
        {"do": "weather", "celsius": None},
        {"do": "story", "name": "none"},
        {"do": "mains"},
    ),
)
def test_what_cannot_be_done_is_told_and_changes_nothing(make_stage, action):
    stage = make_stage()
    before = {**stage.state(), "clock": "", "leds": "", "room": "", "outside": "", "registered": "", "stored": ""}
    stage.do(action)
    wait(lambda: [row for row in stage.events if row["kind"] == "note"])
    after = {**stage.state(), "clock": "", "leds": "", "room": "", "outside": "", "registered": "", "stored": ""}
    assert after == before


def test_the_alarm_calls_and_the_phone_answers_or_refuses(make_stage):
    stage = make_stage()
    for text in ("MAKEMEBOSS", "ALERTNUMBER+" + FAMILY[1:], "ALERT=CALL", "ALARMON"):
        count = len(texts(stage))
        stage.do({"do": "text", "phone": BOSS, "text": text})
        wait(lambda count=count: len(texts(stage)) > count)
    stage.do({"do": "contact", "closed": True})

    def rings(number):
        return [row for row in stage.state()["calls"] if row == {"phone": number, "incoming": True, "state": "ringing"}]

    wait(lambda: rings(BOSS))
    time.sleep(0.3)
    stage.do({"do": "refuse", "phone": BOSS})
    wait(lambda: rings(FAMILY))
    time.sleep(0.3)
    stage.do({"do": "answer", "phone": FAMILY})

    def told():
        return [(row["phone"], row["state"], row["why"]) for row in stage.events if row["kind"] == "call"]

    wait(lambda: (FAMILY, "ended", "device") in told())  # answered, so it hangs up
    assert (BOSS, "ended", "refused") in told()


def test_a_withheld_caller_rings_in_vain(make_stage):
    stage = make_stage()
    wait(lambda: stage.state()["registered"])
    time.sleep(0.5)
    stage.do({"do": "call", "phone": WITHHELD})
    wait(lambda: [row for row in stage.state()["calls"] if row["phone"] == WITHHELD])
    stage.do({"do": "hang", "phone": WITHHELD})
    wait(lambda: not stage.state()["calls"])


def test_faults(make_stage):
    stage = make_stage()
    wait(lambda: stage.state()["registered"])
    stage.do({"do": "full", "on": True})
    wait(lambda: stage.state()["full"])
    wait(lambda: not stage.state()["full"], 60)  # the firmware clears what is none of its business
    stage.do({"do": "sensor", "on": False})
    time.sleep(1.5)  # a reading may be 10 s old (R6.2)
    stage.do({"do": "text", "phone": BOSS, "text": "TEMPERATURE"})
    wait(lambda: [text for text in texts(stage) if text == "TEMPERATURE: Sensor error"])
    stage.do({"do": "credit", "on": False})
    stage.do({"do": "text", "phone": BOSS, "text": "ON"})
    wait(lambda: stage.box.relay.on)
    time.sleep(0.5)
    assert len(texts(stage)) == 1, "without credit no reply can come"
    stage.do({"do": "plug", "on": False})
    wait(lambda: not stage.state()["plugged"])
    stage.do({"do": "plug", "on": True})
    wait(lambda: stage.state()["registered"])


def test_jump_stops_at_the_next_event(make_stage):
    stage = make_stage()
    wait(lambda: stage.state()["registered"])
    stage.do({"do": "text", "phone": BOSS, "text": "ON5"})
    wait(lambda: texts(stage))
    stage.do({"do": "jump"})
    wait(lambda: not stage.box.relay.on)
    wait(lambda: not stage.jumping)
    ons = [row for row in stage.events if row["kind"] == "relay"]
    assert [row["on"] for row in ons] == [True, False]


def test_set_the_date(make_stage):
    stage = make_stage()
    wait(lambda: stage.state()["registered"])
    stage.do({"do": "date", "local": "2031-05-06T07:08:09"})
    wait(lambda: stage.clock().startswith("2031-05-06 07:0"))
    stage.do({"do": "text", "phone": BOSS, "text": "DATE"})
    wait(lambda: [text for text in texts(stage) if "31/05/06,07:" in text])


def test_a_window_that_does_not_keep_up_gets_everything_anew():
    async def story():
        windows = server.Windows(asyncio.get_running_loop())
        with windows.window() as slow, windows.window() as quick:
            for number in range(3 * server.BEHIND):
                windows.publish({"n": number})
                await asyncio.sleep(0)
                await quick.get()
            assert slow.qsize() <= server.BEHIND
            waiting = [slow.get_nowait() for _ in range(slow.qsize())]
            assert waiting[0] is None, "the mark for a snapshot comes first"

    asyncio.run(story())
