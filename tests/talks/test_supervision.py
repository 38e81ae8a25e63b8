"""The watchdog, supervised tasks, bounded queues, and the lockstep itself."""

import time

import pytest

from tools.simulator.board import firmware
from tools.simulator.board.board import BoardError
from tools.simulator.box import HOUR, MINUTE, Box


def _exec(box, code):
    """Run a line on the board, to break something from inside."""
    box.board.execute("import device\n_device = device.device\n" + code)
    box.run(10)


@pytest.fixture
def fragile():
    """A box whose log may hold errors: they are what is tested."""
    box = Box().on()
    yield box
    box.close()


def test_a_task_that_hangs_is_ended_by_the_watchdog(fragile):
    fragile.boss.asks("ON")
    _exec(
        fragile,
        "async def hang(lost):\n    import asyncio\n    await asyncio.Event().wait()\n_device.keeper.on_poll = hang",
    )
    starts = fragile.board.starts
    fragile.until(lambda: fragile.board.starts > starts, 10 * MINUTE)
    fragile.run(5000)
    assert any("hung: ['keeper']" in line for line in fragile.log)
    assert any("started, hung keeper reset" in line for line in fragile.log)
    fragile.wait_ready()
    assert fragile.relay.on
    assert fragile.boss.asks("STATUS").startswith("Power socket ON")


def test_a_task_that_fails_is_started_again(fragile):
    _exec(
        fragile,
        "n=[0]\nold=_device.sensors.refresh\nasync def bad(now=False):\n  n[0]+=1\n  if n[0]==1: raise RuntimeError('x')\n  await old(now)\n_device.sensors.refresh=bad",
    )
    fragile.run(5 * MINUTE)
    assert any("error in sensors RuntimeError" in line for line in fragile.log)
    fragile.thermometer.celsius = 30
    fragile.run(2 * MINUTE)
    assert fragile.boss.asks("TEMPERATURE") == "TEMPERATURE: 30C(86F)"
    assert fragile.board.starts == 1


def test_a_command_that_fails_is_answered_and_changes_nothing(fragile):
    _exec(fragile, "def bad(store, reply): raise RuntimeError('x')\n_device.thermostat.note = bad")
    assert fragile.boss.asks("RESTARTTIME=7;ON") == "RESTARTTIME=7 - OK\nExecute error!"
    assert fragile.boss.asks("RESTARTTIME?") == "RESTARTTIME=7 seconds"
    assert not fragile.modem.store


def test_a_deadlock_fails_at_once(tmp_path, monkeypatch):
    (tmp_path / "main.py").write_text(
        "import asyncio\nasync def main():\n    await asyncio.ThreadSafeFlag().wait()\nasyncio.run(main())\n"
    )
    monkeypatch.setattr(firmware, "compiled", lambda *_, **__: tmp_path)
    (tmp_path / "boot.py").write_text("")
    box = Box()
    try:
        box.board.power_on()
        start = time.monotonic()
        with pytest.raises(BoardError):
            box.run(HOUR)
        assert time.monotonic() - start < 5
    finally:
        box.close()


def test_the_same_story_is_the_same_to_the_millisecond(make_box):
    def story():
        box = make_box(seed=5)
        box.on()
        box.boss.asks("ON30")
        box.run(5 * MINUTE)
        return box.board.edges, list(box.board.led_edges), box.network.submitted, box.log

    assert story() == story()


def test_an_alert_goes_before_the_replies_that_wait(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.boss.asks("ALARMON")
    box.modem.delays["+CMGS"] = 20_000
    for number in range(4):
        box.boss.texts("STATUS" + "." * number)
        box.run(2000)
    box.contact(closed=True)
    box.run(300)
    box.contact(closed=False)
    box.run(5 * MINUTE)
    texts = box.boss.reads_all()
    assert len(texts) == 5
    assert [text.startswith("ALARM!") for text in texts].index(True) <= 1


def test_queues_are_bounded_and_drops_are_counted(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;ALERT=SMSCHANGE")
    box.boss.asks("ALARMON")
    box.network.go_down()
    box.run(1000)
    for _ in range(30):
        box.contact(closed=True)
        box.run(1000)
        box.contact(closed=False)
        box.run(1000)
    heap = box.heap()
    box.network.come_up()
    box.run(HOUR)
    texts = box.boss.reads_all()
    assert len(texts) == 10
    assert texts[-1].startswith("ALARM: Sensor back to normal")
    assert box.heap() < heap + 20_000


def test_alerts_older_than_a_day_are_dropped(box):
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    box.boss.asks("ALARMON")
    box.network.go_down()
    box.contact(closed=True)
    box.run(300)
    box.contact(closed=False)
    box.run(26 * HOUR)
    box.network.come_up()
    box.boss.receives_nothing(2 * HOUR)
    assert any("alert older than a day" in line for line in box.log)


@pytest.mark.texts(250)
def test_a_heap_like_a_pico_s_is_enough(make_box):
    """A Pico's 240 KB with words of 32 bits are twice that with words of 64, and the shims take 80 of them. What is loaded comes
    and goes all day, and whatever happens finds room."""
    box = make_box(heap="560k").on()
    boss = box.boss
    boss.asks("MAKEMEBOSS;SMSLIMIT=500;ALERT=CALL;RELAYTIME=ON60;SCHEDULER+13:30,*,INF;CREDITUMS=*100#")
    for _ in range(8):
        for form in ("STATUS", "HELP", "ON", "OFF", "THERMOSTAT?", "SHOWALARMLOG", "SELFTEST", "CREDIT"):
            assert boss.asks(form), form
        boss.asks(";".join(f"SECNUMBER+3584000000{number:02}" for number in range(9)))  # in several parts
        boss.asks("SECNUMBER-358400000003;ALARMON;THERMOSTATON")
        box.contact(closed=True)
        box.run(5 * MINUTE)
        box.contact(closed=False)
        box.modem.restart()
        box.wait_ready()
        box.press(200)
        boss.asks("THERMOSTATOFF;ALARMOFF")
        boss.phone.call()
        box.run(20 * MINUTE)
        boss.reads_all()
    assert box.board.starts == 1
