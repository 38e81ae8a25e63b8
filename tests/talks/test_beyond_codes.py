"""R20.16: one-time codes against forged sender numbers."""

import base64
import hashlib
import hmac
import struct

import pytest

from tests.talks.test_console import types
from tools.simulator.box import DAY, HOUR, MINUTE

SECRET = "JBSWY3DPEHPK3PXPGEZDGNBV"
NEEDED = "One-time code needed!"
WRONG = "Invalid access password!"


def code(box, steps=0, secret=SECRET):
    """What an authenticator shows so many steps from now (RFC 6238)."""
    step = int(box.network.utc().timestamp()) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[19] & 15)
    return f"{(number & 0x7FFFFFFF) % 1000000:06d}"


def next_step(box):
    """Wait for the beginning of another step."""
    box.run(30_100 - int(box.network.utc().timestamp() * 1000) % 30_000)


@pytest.fixture
def boss(box):
    """A box with a boss and codes."""
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF")
    assert types(box, "ENROL " + SECRET) == ["ENROL - OK"]
    next_step(box)
    return box


def test_a_message_begins_with_the_code(boss):
    assert boss.boss.asks("ON") == NEEDED
    assert not boss.relay.on
    assert boss.boss.asks(code(boss) + " ON") == "Power socket ON"
    next_step(boss)
    assert boss.boss.asks(code(boss) + "OFF; RESTARTTIME?") == "Power socket OFF\nRESTARTTIME=10 seconds"
    next_step(boss)
    boss.stranger.texts(code(boss) + " ON")  # lists still count
    boss.stranger.receives_nothing(30_000)
    assert not boss.relay.on


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_way(boss, steps, good):
    boss.run(1000)
    assert boss.boss.asks(code(boss, steps) + " ON") == ("Power socket ON" if good else WRONG)
    assert boss.relay.on is good


@pytest.mark.parametrize("cut", [False, True], ids=["", "over a power cut"])
@pytest.mark.parametrize("first", ["ON", "STATUS", "NONSENSE"])
def test_a_replay(boss, cut, first):
    """A forged sender with the code of a text that he has read."""
    seen = code(boss)
    boss.boss.asks(f"{seen} {first}")
    if cut:
        boss.cut_power()
        boss.restart()
    boss.boss.texts(seen + " RESTARTTIME=77")
    assert boss.boss.receives() == WRONG
    assert types(boss, "RESTARTTIME?") == ["RESTARTTIME=10 seconds"]


def test_a_wrong_password_behind_the_code_uses_it_up(boss):
    types(boss, "PASSWORD=12abc")
    seen = code(boss)
    assert boss.boss.asks(seen + " wrongON") == WRONG
    boss.boss.texts(seen + " 12abcON")
    assert boss.boss.receives() == WRONG
    next_step(boss)
    assert boss.boss.asks(code(boss) + " 12abcON") == "Power socket ON"


@pytest.mark.parametrize("text", ["12345 ON", "1234567 ON", "ON 123456", "ON123456", "abcdef ON", "ENROL OFF"])
def test_no_code_in_front(boss, text):
    assert boss.boss.asks(text) == NEEDED


def test_guesses_lock_the_number_out(boss):
    """Nothing happens but the lock-out; other numbers go on."""
    types(boss, "SECNUMBER+358402222222")
    guesses = [f"{number:06d}" for number in range(40) if f"{number:06d}" not in {code(boss, n) for n in range(-1, 12)}]
    for guess in guesses[:30]:
        boss.boss.texts(guess + " ON")
        boss.run(8000)
    texts = boss.boss.reads_all()
    assert texts.count(WRONG) <= 5 and len(texts) == 6
    assert texts.count("ALERT! 5 wrong passwords from +358401111111, ignored for an hour") == 1
    assert not boss.relay.on
    next_step(boss)
    boss.boss.texts(code(boss) + " ON")
    boss.boss.receives_nothing(20_000)
    next_step(boss)
    assert boss.family.asks(code(boss) + " ON") == "Power socket ON"
    boss.run(HOUR)
    assert boss.boss.asks(code(boss) + " OFF") == "Power socket OFF"


def test_a_text_may_wait(boss):
    """The code is checked against the message's time stamp."""
    boss.network.go_down()
    boss.boss.texts(code(boss) + " ON")
    boss.run(2 * HOUR)
    boss.network.come_up()
    assert boss.boss.receives(10 * MINUTE) == "Power socket ON"


def test_a_text_that_waited_for_the_board(boss):
    boss.cut_power()
    boss.run(MINUTE)
    boss.boss.texts(code(boss) + " ON")
    boss.run(HOUR)
    boss.restart()
    assert boss.boss.receives() == "Power socket ON"
    assert boss.relay.on


def test_without_the_network_s_time(bare):
    bare.network.nitz = False
    bare.modem.nonvolatile["CLTS"] = "1"
    bare.on()
    assert types(bare, "DATE=26/03/02,14:05:00+02;SECNUMBER+358401111111")[0].endswith("OK")
    types(bare, "ENROL " + SECRET)
    assert bare.boss.asks(code(bare) + " ON") == NEEDED
    assert not bare.relay.on


def test_calls_do_nothing(boss):
    types(boss, "RING=SWITCH")
    call = boss.boss.phone.call()
    boss.run(30_000)
    boss.boss.phone.hang_up(call)
    assert not boss.relay.on
    assert types(boss, "ENROL OFF") == ["ENROL - OK"]
    boss.run(20_000)
    boss.boss.phone.call()
    boss.until(lambda: boss.relay.on, 30_000)


def test_enrolment(bare):
    bare.on()
    for bad in ("ENROL", "ENROL SHORT", "ENROL 0189" + SECRET, "ENROL"):
        assert types(bare, bad) == ["ENROL - Incorrect value! Use 16 letters of base 32 or more, or OFF"]
    assert types(bare, "enrol " + SECRET.lower()) == ["ENROL - OK"]
    bare.cut_power()
    bare.restart()
    assert bare.boss.asks("ON") == NEEDED
    assert types(bare, "STATUS")[0] == "Power socket OFF"  # the console needs none
    assert "ENROL" not in " ".join(types(bare, "HELP"))
    assert not [line for line in bare.log if SECRET in line.upper()]
    assert types(bare, "LOG") and not [line for line in types(bare, "LOG") if SECRET in line.upper()]
    bare.press(11_000)
    bare.wait_ready()
    assert bare.boss.asks("ON") == "Power socket ON"


def test_errors_off_says_nothing(boss):
    types(boss, "ERROR=OFF")
    boss.boss.texts("ON")
    boss.boss.texts("000000 ON")
    boss.boss.receives_nothing(MINUTE)
    assert not boss.relay.on


def test_a_day_later(boss):
    boss.run(DAY)
    assert boss.boss.asks(code(boss) + " ON") == "Power socket ON"


@pytest.mark.parametrize(("by_hand", "needed"), [(False, False), (True, True)])
def test_a_restart_with_the_modem_s_clock(boss, by_hand, needed):
    """The modem keeps the network's time over a restart of the board; one that was set by hand counts no more than before."""
    if by_hand:
        boss.network.nitz = False
        types(boss, "DATE=26/03/02,14:05:00+02")
    boss.run(5000)
    boss.board.power_off()
    boss.board.power_on("watchdog")
    boss.wait_ready()
    next_step(boss)
    assert boss.boss.asks(code(boss) + " ON") == (NEEDED if needed else "Power socket ON")
