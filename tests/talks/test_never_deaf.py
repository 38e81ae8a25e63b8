"""R10.2, R10.3, R15.1, R15.2: boards, modems and mains as they really are (issue 9 from 9.9 on)."""

import pytest

from tools.simulator.box import HOUR, MINUTE
from tools.simulator.network import sms


def _store(box, index, text):
    box.modem.store[index] = [0, sms.deliver(box.boss.number, text, box.network.local())[0]]


def test_9_9_a_floating_mains_pin(make_box):
    box = make_box(floating=True).on()
    box.boss.asks("MAKEMEBOSS")
    box.boss.receives_nothing(2 * HOUR)
    assert box.modem.power == "on"
    assert box.boss.asks("ON") == "Power socket ON"


def test_9_9_asleep_it_looks_at_its_messages_once_an_hour(box):
    box.boss.asks("MAKEMEBOSS")
    box.run(MINUTE)
    box.boss.reads_all()
    box.mains(False)
    box.boss.receives()
    box.until(lambda: box.modem.power == "off")
    box.boss.texts("ON")
    box.until(lambda: box.relay.on, HOUR + 10 * MINUTE)
    assert box.boss.receives() == "Power socket ON"
    box.until(lambda: box.modem.power == "off", 15 * MINUTE)


@pytest.mark.parametrize("supply", [False, True])
def test_9_10_a_modem_that_wants_its_key(make_box, supply):
    box = make_box(keyed=True, supply=supply)
    box.on(ready=False)
    box.until(lambda: box.modem.power != "off", 10_000)
    box.wait_ready(MINUTE)
    assert box.boss.asks("ON") == "Power socket ON"


def test_9_11_rules_run_with_a_modem_that_never_saved_clts(make_box):
    box = make_box(saved={"IPR": "115200", "CLTS": "0"}, start="2026-03-02 12:00:00").on()
    box.boss.asks("SCHEDULER+14:03,*,ON")
    box.until(lambda: box.relay.on, 5 * MINUTE)


@pytest.mark.parametrize("count", [20, 28])
def test_9_12_each_text_is_read_once(bare, count):
    """What lay on the SIM at the start: each body passes the line once, and all are done in order."""
    for index in range(1, count + 1):
        _store(bare, index, f"RESTARTTIME={index + 10}")
    read = []
    bare.line.trace = lambda direction, octets: read.append(bytes(octets) if direction == "<" else b"")
    bare.on()
    bare.run(5 * MINUTE)
    assert not bare.modem.store
    lines = b"".join(read)
    bodies = lines.count(b"+CMGR: ") + lines.count(b"+CMGL: ")
    assert bodies <= 2 * count, f"{bodies} bodies read for {count} texts"
    assert bare.boss.reads_all()[-1] == f"RESTARTTIME={count + 10} - OK"


def test_9_14_the_socket_is_on_again_within_600_ms(box):
    box.boss.asks("ON")
    box.run(MINUTE)
    start = box.world.now
    box.board.power_off()
    box.board.power_on("watchdog")
    box.run(5000)
    moves = box.relay.moves(start)
    assert [on for _, on in moves] == [False, True], moves
    assert moves[1][0] - moves[0][0] <= 600


@pytest.mark.texts(20)
def test_9_16_brown_outs_tell_of_the_return_once_an_hour(make_box):
    box = make_box(without="mains").on()
    box.boss.asks("MAKEMEBOSS")
    for _ in range(6):
        box.run(5 * MINUTE)
        box.cut_power(modem_too=False)
        box.run(200)
        box.board.power_on("power")
        box.wait_ready()
    box.run(5 * MINUTE)
    told = [text for text in box.boss.reads_all() if text.startswith("Power supply restored")]
    assert len(told) == 1, told


def test_9_17_a_text_that_was_being_read_when_the_modem_failed(box):
    armed = ["+CMGR", "+CMGL"]

    def dies(text):
        if armed and any(word in text for word in armed):
            armed.clear()
            box.world.after(0, box.modem.restart)
            return True
        return False

    box.modem.hear_hook = dies
    box.boss.texts("ON")
    box.until(lambda: not armed, 30_000)
    box.wait_ready()
    begin = box.world.now
    box.until(lambda: box.relay.on, 10_000)
    assert box.world.now - begin <= 8000


def test_9_18_inf_is_not_made_up_for(make_box):
    box = make_box(start="2026-03-02 12:00:00").on()
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SCHEDULER+14:05,*,INF;SCHEDULER+14:06,*,ON")
    box.cut_power()
    box.network.set_time("2026-03-02 12:09:00")
    box.restart()
    box.run(3 * MINUTE)
    assert box.relay.on
    assert not [text for text in box.boss.reads_all() if "Signal" in text]


def test_9_20_a_lost_notice_is_found_within_10_s(box):
    box.run(MINUTE)
    box.modem.lose_cmti = 1
    box.boss.texts("ON")
    box.run(1000)
    box.until(lambda: box.relay.on, 11_000)
