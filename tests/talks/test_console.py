"""R17.1: the console over USB."""


def types(box, line, within=30_000):
    """Type a line; the lines of the answer."""
    seen = len(box.log)
    box.board.type(line)
    box.until(lambda: "=" in box.log[seen:], within)
    end = box.log.index("=", seen)
    return [text[2:] for text in box.log[seen:end] if text.startswith("= ")]


def test_a_line_is_a_command_of_the_boss(box):
    box.boss.asks("MAKEMEBOSS")
    box.boss.asks("PASSWORD=12abc")
    assert types(box, "ON") == ["Power socket ON"]
    assert box.relay.on
    assert types(box, "off; temperature") == ["Power socket OFF", "TEMPERATURE: 21C(70F)"]
    assert not box.relay.on
    assert types(box, "SECNUMBER?") == ["SECNUMBERs: 358401111111"]


def test_what_it_sets_is_kept_over_a_power_cut(box):
    assert types(box, "SECNUMBER+358401111111;SECLIST=ON;RESTARTTIME=33")[-1] == "RESTARTTIME=33 - OK"
    box.cut_power()
    box.restart()
    assert box.boss.asks("RESTARTTIME?") == "RESTARTTIME=33 seconds"
    box.stranger.texts("STATUS")
    box.stranger.receives_nothing()


def test_it_works_without_window_modem_and_network(bare):
    bare.modem.power_pin_works = False  # it is off and stays so
    bare.modem.reset_pin = lambda: None
    bare.board.power_on()
    bare.run(40 * 60_000)
    assert types(bare, "RESTARTTIME=7") == ["RESTARTTIME=7 - OK"]
    found = types(bare, "SELFTEST")
    assert {"Modem: silent", "Network: none", "Signal: Unknown"} <= set(found), found


def test_nonsense_changes_nothing(box):
    box.run(15_000)  # the mains pin is believed and noted
    before = box.board.programs
    assert types(box, "NONSENSE") == ["NONSENSE - No such command exists on the device!"]
    assert types(box, "RESTARTTIME=0")[0].startswith("RESTARTTIME=0 - Incorrect value!")
    assert types(box, "MAKEMEBOSS") == ["MAKEMEBOSS - Over USB: SECNUMBER+ and ALERTNUMBER+, then SECLIST=ON"]
    box.board.type_raw(b"\xff\xfeON\n\n\r\n" + b"X" * 2000 + b"\n")
    assert types(box, "STATUS") == ["This is no UTF-8"]
    box.until(lambda: any("Socket" in line or "Power socket OFF" in line for line in box.log[-12:]))
    assert box.board.programs == before


def test_it_answers_where_texts_are_not_answered(box):
    assert types(box, "SMSCONFIRM=OFF;ERROR=OFF") == ["SMSCONFIRM=OFF - OK", "ERROR=OFF - OK"]
    assert types(box, "ON") == ["Power socket ON"]
    assert types(box, "NONSENSE")[0].endswith("!")


def test_backspace(box):
    assert types(box, "STATUX\x08S")[0] == "Power socket OFF"


def test_log(box):
    box.boss.asks("ON")
    assert any("command ON from +358401111111" in line for line in types(box, "LOG"))


def test_self_test(box):
    found = dict(line.split(": ", 1) for line in types(box, "SELFTEST"))
    assert found["Version"] == "v1.0.0"
    assert found["Board"].startswith("VIRTUAL ")
    assert found["Started by"] == "power"
    assert found["Pins"] == "button idle, alarm idle, jack idle, mains active"
    assert found["Sensor"] == "21C(70F)"
    assert (found["Modem"], found["SIM"], found["Network"]) == ("answers", "ready", "home")
    assert found["Signal"] == "Good (-67dBm)"
    assert found["Heap"].endswith("free")
    assert "Version: v1.0.0" in box.boss.asks("SELFTEST")


def test_reboot(box):
    starts = box.board.starts
    assert types(box, "REBOOT") == ["REBOOT - OK"]
    box.until(lambda: box.board.starts == starts + 1)
