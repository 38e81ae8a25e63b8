"""Chapter 15 of SPEC: whatever the modem does, the device is back without help and no command is lost or doubled."""

import random

import pytest

from tools.simulator.box import HOUR, MINUTE, Box


def _works(box, text="ON", reply="Power socket ON"):
    box.boss.reads_all()
    assert box.boss.asks(text) == reply
    box.boss.receives_nothing()


def _once(box, reply="Power socket ON", within=20 * MINUTE):
    """The command that is under way has its effect once and is answered once."""
    assert box.boss.receives(within) == reply
    box.boss.receives_nothing(3 * MINUTE)
    assert box.relay.on
    assert len([on for _, on in box.relay.moves(1) if on]) == 1


# -- starting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ipr", ["0", "9600", "57600", "115200"])
def test_any_saved_speed(bare, ipr):
    bare.modem.nonvolatile["IPR"] = ipr
    bare.on()
    _works(bare)
    assert bare.modem.nonvolatile["IPR"] == "115200"
    assert bare.line.board_baud == 115200


def test_factory_settings_of_the_modem_are_changed_once(bare):
    from tools.simulator.modem.sim800 import SAVED

    bare.modem.nonvolatile.update(SAVED)
    bare.on()
    _works(bare)
    saves = []
    bare.line.trace = lambda direction, octets: saves.append(octets) if b"&W" in octets else None
    bare.cut_power()
    bare.restart()
    _works(bare, "OFF", "Power socket OFF")
    assert not saves


@pytest.mark.parametrize("setting", [("V", "0"), ("Q", "1"), ("E", "0"), ("CMGF", "1"), ("CNMI", "2,2,0,0,0"), ("S0", "2")])
def test_settings_that_somebody_saved(bare, setting):
    bare.modem.nonvolatile[setting[0]] = setting[1]
    bare.on()
    _works(bare)


@pytest.mark.parametrize("chunk", [1, 7])
def test_replies_in_chunks(bare, chunk):
    bare.line.chunk = chunk
    bare.on()
    _works(bare)
    assert bare.boss.asks("STATUS").startswith("Power socket ON")


def test_the_prompt_s_space_comes_late(box):
    box.modem.late_space_ms = 40
    _works(box)
    assert box.boss.asks("STATUS;STATUS;STATUS").count("Power socket ON") == 3


def test_modem_that_needs_a_minute_to_boot(bare):
    bare.modem.boot_lines = tuple((ms + 60_000, text) for ms, text in bare.modem.boot_lines)
    bare.on(ready=False)
    bare.boss.texts("ON")
    _once(bare)


# -- SIM ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["NOT INSERTED", "SIM PIN", "SIM PUK"])
def test_a_sim_that_cannot_be_used_and_then_can(bare, state):
    bare.modem.sim = state
    bare.on(ready=False)
    starts = bare.board.starts
    bare.run(3 * HOUR)
    assert bare.board.starts == starts  # not the board's fault: the socket must not lose its state
    bare.modem.sim = "READY"
    bare.run(3 * HOUR)  # without a card switch it is found at the next restart of the modem
    _works(bare)


def test_sim_busy_for_long(bare):
    bare.modem.boot_lines = bare.modem.boot_lines[:2] + (
        (30_000, "+CPIN: READY"),
        (35_000, "Call Ready"),
        (36_000, "SMS Ready"),
    )
    bare.on(ready=False)
    bare.boss.texts("ON")
    _once(bare)
    assert bare.modem.boots == 1


# -- restarts -----------------------------------------------------------------------------------------------------


def _lines_of_a_command(auto):
    """The command lines from power-on to the reply of ON."""
    box = _fresh(auto)
    seen = []
    box.modem.hear_hook = lambda line: seen.append(line)
    box.on()
    box.boss.asks("ON")
    box.run(5000)
    box.close()
    return seen


def _fresh(auto):
    box = Box()
    if auto:
        box.modem.nonvolatile["IPR"] = "0"
        box.modem.auto_baud_range = (1200, 115200)
        box.modem.keeps_speed = False
    return box


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("auto", [False, True], ids=["fixed", "auto-baud"])
def test_a_silent_restart_at_every_command(auto, part):
    lines = _lines_of_a_command(auto)
    assert len(lines) > 20
    for at in range(part, len(lines), 4):
        box = _fresh(auto)
        try:
            _restart_at(box, at)
        finally:
            box.close()


def _restart_at(box, at):
    count = [0]

    def hook(line):
        count[0] += 1
        if count[0] == at + 1:
            box.modem.restart()
            return True
        return False

    box.modem.hear_hook = hook
    box.on(ready=False)
    box.run(12_000)
    box.boss.texts("ON")
    replies = []
    box.until(lambda: replies.extend(box.boss.reads_all()) or replies, 20 * MINUTE)
    box.run(3 * MINUTE)
    replies += box.boss.reads_all()
    # a restart between the network's acceptance and its result is the one case where a reply may come twice
    assert set(replies) == {"Power socket ON"} and len(replies) <= 2, (at, replies, box.board.tail(50))
    assert [on for _, on in box.relay.moves(1)] == [True], box.board.tail(50)
    assert not box.modem.unknown
    assert not box.modem.store


def test_under_voltage_with_notice(box):
    box.modem.under_voltage()
    box.run(3000)
    assert box.modem.power == "off"
    box.boss.texts("ON")
    _once(box)


def test_a_warning_alone_is_only_logged(box):
    boots = box.modem.boots
    box.modem.under_voltage(then="WARNING")
    box.run(5 * MINUTE)
    assert box.modem.boots == boots
    assert any("UNDER-VOLTAGE WARNNING" in line for line in box.log)
    _works(box)


def test_it_dies_without_a_word(box):
    box.modem.power_off()
    box.boss.texts("ON")
    _once(box)


def test_only_the_reset_pin_brings_it_back(box):
    box.modem.power_pin_works = False
    box.modem.power_off()
    box.boss.texts("ON")
    _once(box)


def test_restarts_at_every_message_sent(box):
    """A weak supply: the transmission dips it, twice; the third time holds."""
    dips = [0]

    def hook(line):
        if line.startswith("AT+CMGS") and dips[0] < 2:
            dips[0] += 1
            box.modem.restart()
            return True
        return False

    box.modem.hear_hook = hook
    box.boss.texts("ON")
    _once(box)


def test_many_restarts_are_called_by_their_name(box):
    for _ in range(5):
        box.modem.restart()
        box.run(4 * MINUTE)
    assert any("power supply" in line for line in box.log)


def test_what_arrives_during_a_restart(box):
    box.modem.restart()
    box.boss.texts("ON")
    _once(box)


# -- deaf ---------------------------------------------------------------------------------------------------------


def test_deaf(box):
    """It still prints messages' notices, but answers nothing: only a reset helps."""
    box.modem.deaf = True
    box.boss.texts("ON")
    _once(box)
    assert any("recovery: reset pin" in line for line in box.log)


def test_a_dead_modem_is_escalated_slowly(box):
    box.modem.power_pin_works = False
    box.modem.reset_pin = lambda: None
    box.modem.power_off()
    start = box.board.starts
    box.run(12 * HOUR)
    steps = [line.split("recovery: ")[1] for line in box.log if "recovery: " in line]
    assert steps[:5] == ["repeat", "set up again", "AT+CFUN=1,1", "reset pin", "power key"]
    assert len(steps) < 120
    assert 1 <= box.board.starts - start <= 6  # the board too is restarted, seldom
    del box.modem.reset_pin
    box.boss.texts("ON")
    box.until(lambda: box.relay.on, 6 * HOUR)


def test_an_answer_that_comes_too_late_is_not_taken_for_another(box):
    box.modem.delays["+CMGR"] = 7000  # longer than the time limit of 5 s
    box.boss.texts("ON")
    box.run(30_000)
    box.modem.delays["+CMGR"] = 3
    _once(box)


def test_slow_everything(bare):
    bare.modem.delay_ms = 400
    bare.modem.delays.update({"+CMGD": 20_000, "+CMGS": 50_000})
    bare.on()
    bare.boss.texts("ON")
    _once(bare)


def test_a_lost_ctrl_z(box):
    box.modem.lose_ctrl_z = 1
    box.boss.texts("ON")
    _once(box)
    assert {text for _, text, _ in box.network.submitted} == {"Power socket ON"}


# -- network ------------------------------------------------------------------------------------------------------


def test_registration_lost_for_hours(box):
    box.boss.texts("ON")
    box.until(lambda: box.relay.on)
    box.network.go_down()
    box.run(5 * HOUR)
    assert box.board.starts == 1
    box.network.come_up()
    assert box.boss.receives(20 * MINUTE) == "Power socket ON"
    _works(box, "OFF", "Power socket OFF")


def test_what_is_sent_during_an_outage_arrives_in_order(box):
    box.network.go_down()
    for text in ("ON", "RESTARTTIME=7", "RESTARTTIME=8"):
        box.boss.texts(text)
        box.run(MINUTE)
    box.network.come_up()
    assert [box.boss.receives(20 * MINUTE) for _ in range(3)] == [
        "Power socket ON", "RESTARTTIME=7 - OK", "RESTARTTIME=8 - OK"
    ]  # fmt: skip


@pytest.mark.parametrize("code", [38, 41, 42, 47, 192, 332, 500])
def test_r15_2_a_refusal_that_passes_is_waited_out(box, code):
    box.network.refuse_with = code
    box.boss.texts("ON")
    box.run(10 * MINUTE)
    assert box.relay.on
    box.network.refuse_with = None
    assert box.boss.receives(15 * MINUTE) == "Power socket ON"
    assert not box.modem.store


@pytest.mark.parametrize(("code", "tries"), [(21, 3), (28, 3)])
def test_r15_2_a_message_that_the_network_refuses(box, code, tries):
    attempts = []
    submit = box.network.submit
    box.network.submit = lambda octets: attempts.append(octets) or submit(octets)
    box.network.refuse_with = code
    box.boss.texts("ON")
    box.run(5 * MINUTE)
    assert len(attempts) == tries
    assert box.relay.on
    assert any("given up" in line for line in box.log)
    assert not box.modem.store
    box.network.refuse_with = None
    _works(box, "OFF", "Power socket OFF")


def test_r15_2_no_network_is_no_refusal(box):
    box.network.refuse_with = 331
    box.boss.texts("ON")
    box.run(30 * MINUTE)
    box.network.refuse_with = None
    _once(box)


def test_commands_go_on_when_no_reply_can_leave(box):
    """Registered, but every message is answered with `no network`: the socket still does what it is told."""
    box.network.refuse_with = 331
    for number in range(10):
        box.boss.texts(f"RESTARTTIME={number + 5}")
        box.run(2000)
    box.boss.texts("ON")
    box.until(lambda: box.relay.on, 3 * HOUR)
    box.network.refuse_with = None
    box.run(HOUR)
    box.boss.reads_all()
    _works(box, "OFF", "Power socket OFF")
    assert not box.modem.store


# -- notices and storage ------------------------------------------------------------------------------------------


def test_a_lost_notice(box):
    box.modem.lose_cmti = 1
    box.boss.texts("ON")
    _once(box, within=2 * MINUTE)


def test_every_notice_lost(box):
    box.modem.lose_cmti = 1000
    for text in ("ON", "STATUS", "OFF"):
        box.boss.asks(text)
    assert not box.relay.on


def test_a_late_notice(box):
    box.modem.late_cmti_ms = 90_000
    box.boss.texts("ON")
    _once(box)


def test_a_notice_of_an_empty_slot(box):
    for empty_slot_ok in (True, False):
        box.modem.empty_slot_ok = empty_slot_ok
        for text in ('+CMTI: "SM",17', '+CMTI: "SL",1', "+CMTI: ,-1", "+CMTI:", '+CMTI: "SM",3,"MMS PUSH"', '+CMTI: "ME",999'):
            box.modem.urc(text)
            box.run(1000)
    _works(box)


def test_a_full_sim(bare):
    from tools.simulator.network import sms

    bare.modem.capacity = 10
    for index in range(1, 11):
        text = "ON" if index == 5 else "buy now!"
        bare.modem.store[index] = [1, sms.deliver("Shop" if text != "ON" else bare.boss.number, text, bare.network.local())[0]]
    for text in ("RESTARTTIME=7", "STATUS"):
        bare.run(2000)
        bare.boss.texts(text)  # these wait in the network until there is room
    bare.on()
    assert bare.boss.receives(5 * MINUTE) == "Power socket ON"
    assert bare.boss.receives(5 * MINUTE) == "RESTARTTIME=7 - OK"
    assert bare.boss.receives(5 * MINUTE).startswith("Power socket ON")
    bare.run(2 * MINUTE)
    assert not bare.modem.store


def test_a_burst_of_messages(box):
    for number in range(20):
        box.boss.texts(f"RESTARTTIME={number + 5}")
    replies = [box.boss.receives(10 * MINUTE) for _ in range(20)]
    assert sorted(replies) == sorted(f"RESTARTTIME={number + 5} - OK" for number in range(20))
    box.run(MINUTE)
    assert not box.modem.store


# -- the wire -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urc", [
    "+CREG: 1", '*PSUTTZ: 2026,3,2,12,0,9,"+8",0', '+CMTI: "SM",1', "RING", '+CUSD: 0,"two\r\nlines", 15', "+CUSD: 2",
    "UNDER-VOLTAGE WARNNING", '+CIEV: 10,"24491","Sim","Sim", 0, 0', "+CMT: ,23", "something new",
])  # fmt: skip
def test_a_urc_between_any_two_lines(box, urc):
    for position in range(6):
        box.modem.between = ["+CREG: 1"] * position + [urc]
        box.boss.texts("ON" if position % 2 == 0 else "OFF")
        assert box.boss.receives() == ("Power socket ON" if position % 2 == 0 else "Power socket OFF")
        box.modem.between = []
        box.run(2 * MINUTE)


class Noise:
    """Flips, drops and adds bytes of what the modem says."""

    def __init__(self, rate, seed):
        self.rate, self.random = rate, random.Random(seed)

    def __call__(self, octets):
        out = bytearray()
        for octet in octets:
            dice = self.random.random()
            if dice < self.rate:
                kind = self.random.randrange(4)
                if kind == 0:
                    continue
                out += bytes(((octet ^ (1 << self.random.randrange(8))), octet, octet)[: 1 if kind == 1 else 2])
                if kind == 3:
                    out += self.random.choice((b"\0", b"\xff"))
            else:
                out.append(octet)
        return bytes(out)


@pytest.mark.parametrize("seed", range(4))
def test_noise_on_the_line(box, seed):
    """Bytes get lost, flipped and added: the device stays online, and everything is in order when the line is."""
    box.line.noise = Noise(0.002, seed)
    for _ in range(10):
        box.boss.texts("ON")
        box.run(2 * MINUTE)
    box.line.noise = None
    box.run(10 * MINUTE)
    box.boss.reads_all()
    _works(box, "OFF", "Power socket OFF")
    assert not box.modem.store


def test_noise_between_replies(box):
    box.line.noise = lambda octets: b"\xff\x00\xff" + octets
    _works(box)


def test_boot_rom_text(box):
    for text in ("F1: 5004 0000", "F9: 4800 000B", "U0: 0000 0001 [0000]", "Boot failed, reset ..."):
        box.modem.urc(text)
    _works(box)
