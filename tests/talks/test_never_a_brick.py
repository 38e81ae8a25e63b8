"""R15.3, R15.4, R2.3, R10.3: nothing makes the board restart for ever, and nothing at the head of a queue makes it deaf."""

import pytest

from tools.simulator.box import DAY, HOUR, MINUTE, Box

PUNCTUAL = "".join(f"SCHEDULER+{hour:02d}:{minute:02d},*,ON;" for hour, minute in ((8, 0), (9, 1), (10, 2), (11, 3)))


@pytest.fixture
def fragile():
    """A box whose log may hold errors: they are what is tested."""
    box = Box().on()
    yield box
    box.close()


def _owned(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    return box


@pytest.mark.texts(80)
def test_9_1_eight_rules_and_a_day_without_power(box):
    _owned(box)
    box.boss.asks(PUNCTUAL[:-1])
    box.boss.asks(PUNCTUAL[:-1].replace("ON", "OFF").replace("SCHEDULER+0", "SCHEDULER+1").replace(":0", ":3"))
    box.boss.reads_all()
    box.cut_power()
    box.run(DAY - HOUR)
    starts = box.board.starts
    box.restart()
    box.run(5 * MINUTE)
    assert box.board.starts == starts + 1
    assert len(box.relay.moves(box.world.now - 5 * MINUTE)) <= 1


def test_9_2_hundreds_of_commands_of_a_stranger(box):
    box.stranger.texts(";".join("A" * 500))
    box.run(2 * MINUTE)
    assert box.board.starts == 1
    (reply,) = box.stranger.reads_all()
    assert reply.split("\n")[-1] == "Too many commands! Use up to 10"
    assert reply.count("No such command") <= 10
    assert not box.modem.store


def test_9_2_the_same_with_a_heap_like_a_pico_s(make_box):
    box = make_box(heap="560k").on()
    for _ in range(3):
        box.stranger.texts(";".join("A" * 500))
        box.run(MINUTE)
    assert box.board.starts == 1
    assert box.boss.asks("ON") == "Power socket ON"
    assert len(box.network.submitted) < 20


@pytest.mark.parametrize("name", ["device", "storage", "modem", "sms/inbox", "relay"])
@pytest.mark.parametrize("size", [None, 0, 200])
def test_9_3_a_file_that_is_missing_or_cut_ends_in_restarts(name, size):
    box = Box(damage={name: size})
    try:
        box.board.power_on()
        box.run(4 * MINUTE)
        assert box.board.starts >= 3  # the watchdog, or a restart
        assert not box.board.locked_up
        late = box.board.starts
        box.run(MINUTE)
        assert box.board.starts > late or not box.board.at_prompt
    finally:
        box.close()


def test_9_4_a_text_that_crashes_the_board_every_time(fragile):
    """R15.3: after the third restart the text is answered and deleted, the first alert number is told once."""
    _owned(fragile)
    hang = (
        "import relay\n"
        "def bad(*a):\n"
        "    while True: pass\n"
        "for name in dir(relay):\n"
        "    kind = getattr(relay, name)\n"
        "    if hasattr(kind, 'restart'): kind.restart = bad\n"
    )
    starts = fragile.board.starts
    fragile.board.execute(hang)
    fragile.run(100)
    for _ in range(3):  # each life meets the same fault
        if fragile.board.starts == starts:
            fragile.family.texts("SECNUMBER?")
        fragile.run(10)
        fragile.board.power_off()
        fragile.board.power_on("watchdog")
        fragile.run(30_000)
    fragile.run(5 * MINUTE)
    assert any("safe start" in line for line in fragile.log)
    told = [text for text in fragile.boss.reads_all() if "restart" in text.lower()]
    assert len(told) == 1, told
    assert fragile.boss.asks("ON") == "Power socket ON"
    fragile.run(HOUR)
    assert any("safe start: over" in line for line in fragile.log)
    fragile.boss.receives_nothing()


def test_9_4_causes_and_traceback_outlive_a_restart(fragile):
    fragile.board.power_off()
    fragile.board.power_on("watchdog")
    fragile.wait_ready()
    fragile.boss.asks("REBOOT")
    fragile.run(MINUTE)
    fragile.wait_ready()
    assert "watchdog" in fragile.boss.asks("DIAG")


def test_9_5_a_text_that_cannot_be_deleted(box):
    _owned(box)
    box.modem.hostile["+CMGD"] = "error CMS 320"
    for _ in range(3):
        assert box.boss.asks("ON") == "Power socket ON"
        assert box.boss.asks("OFF") == "Power socket OFF"
        box.run(10_000)
    moves = len(box.relay.moves())
    box.run(2 * HOUR)
    assert len(box.relay.moves()) == moves
    told = box.boss.reads_all()
    assert len(told) == 1, told
    box.modem.hostile.clear()
    box.run(2 * HOUR)
    assert not box.modem.store
    assert box.modem.boots == box.board.starts == 1


@pytest.mark.texts(120)
def test_9_5_a_sim_that_says_ok_and_keeps_all(box):
    """More texts than a small memory of fingerprints holds; none is done twice, over a restart neither."""
    _owned(box)
    box.modem.hostile["+CMGD"] = "ok"
    for number in range(20):
        box.boss.texts("ON" if number % 2 == 0 else "OFF")
        box.run(20_000)
    moves, sent = len(box.relay.moves()), len(box.network.submitted)
    assert sent >= 21
    box.run(HOUR + 10 * MINUTE)
    assert len(box.relay.moves()) == moves
    assert len(box.network.submitted) <= sent + 1
    box.cut_power()
    box.restart()
    box.run(10 * MINUTE)
    assert not box.relay.on
    assert len(box.relay.moves()) == moves
    assert len(box.network.submitted) <= sent + 2


@pytest.mark.parametrize("how", ["error CMS 314", "error CMS 310", "error CMS 320", "error CMS 500", "error ERROR"])
def test_9_6_a_text_that_cannot_be_read_for_a_while_stays(box, how):
    box.modem.hostile["+CMGR"] = box.modem.hostile["+CMGL"] = how
    box.boss.texts("ON")
    box.run(2 * MINUTE)
    assert box.modem.store
    assert not box.relay.on
    box.modem.hostile.clear()
    assert box.boss.receives(10 * MINUTE) == "Power socket ON"
    box.run(MINUTE)
    assert not box.modem.store


@pytest.mark.parametrize("full", [True, False], ids=["for ever", "for a while"])
def test_9_7_flash_that_cannot_be_written(fragile, full):
    """R15.4: carried out and answered all the same, with the note; the first alert number is told once."""
    note = "\nNote! Settings cannot be saved!"
    _owned(fragile)
    fragile.board.on_flash = lambda kind, length: "error"
    replies = [fragile.boss.asks("ON"), fragile.boss.asks("OFF"), fragile.boss.asks("RESTARTTIME=7"), fragile.boss.asks("ON")]
    fragile.run(5 * MINUTE)
    told = [text for text in [*replies, *fragile.boss.reads_all()] if "saved" in text and not text.endswith(note)]
    answers = [text for text in replies if text not in told]
    assert answers[:3] == ["Power socket ON" + note, "Power socket OFF" + note, "RESTARTTIME=7 - OK" + note][: len(answers)]
    assert fragile.relay.on
    assert len(told) <= 1
    assert fragile.board.starts == 1
    if not full:
        fragile.board.on_flash = lambda kind, length: None
        fragile.run(MINUTE)
        fragile.boss.reads_all()
        assert fragile.boss.asks("RESTARTTIME=8") == "RESTARTTIME=8 - OK"
        fragile.cut_power()
        fragile.restart()
        assert fragile.boss.asks("RESTARTTIME?") == "RESTARTTIME=8 seconds"


def test_9_8_a_task_that_fails_every_time_restarts_the_board(fragile):
    fragile.board.execute(
        "import scheduler\n"
        "def bad(*a): raise RuntimeError('x')\n"
        "for name in dir(scheduler):\n"
        "    kind = getattr(scheduler, name)\n"
        "    if hasattr(kind, 'run'): kind.run = bad\n"
        "import sensors\n"
        "for name in dir(sensors):\n"
        "    kind = getattr(sensors, name)\n"
        "    if hasattr(kind, 'refresh'): kind.refresh = bad\n"
    )
    fragile.run(12 * MINUTE)
    assert fragile.board.starts == 2, fragile.board.tail()
    assert fragile.boss.asks("ON") == "Power socket ON"
