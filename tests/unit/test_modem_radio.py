"""The simulated modem's calls, codes, SIM, network, sleep, clock and power."""

import pytest

from tools.simulator.modem.alone import Alone

BOSS = "+358401111111"


@pytest.fixture
def alone():
    """A registered modem with echo off and errors as numbers."""
    return Alone(CMEE="1")


# -- calls --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "said"), [
    ({"answers_after": 1000}, [f'+COLP: "{BOSS}",145,"",0,""', "OK"]), ({"refuses": True}, ["BUSY"]), ({"reachable": False}, ["NO CARRIER"]),
    ({}, ["NO ANSWER"]),
])  # fmt: skip
def test_colp_waits_for_the_phone(alone, how, said):
    vars(alone.network.phone(BOSS)).update(how)
    alone.says("AT+COLP=1")
    assert alone.says(f"ATD{BOSS};", 25_000) == said


def test_any_key_ends_a_call_that_waits(alone):
    alone.says("AT+COLP=1")
    assert alone.says(f"ATD{BOSS};", 5000) == []
    assert alone.says(b"x") == ["NO CARRIER"]
    assert alone.network.phone(BOSS).calls[0].state == "ended"
    assert alone.says("AT") == ["OK"]


def test_without_colp_ok_comes_at_once_and_the_rest_unasked(alone):
    alone.network.phone(BOSS).answers_after = 1000
    alone.says("AT+MORING=1;+CLCC=1")
    said = alone.says(f"ATD{BOSS};", 5000)
    assert [line for line in said if "CLCC" not in line] == ["OK", "MO RING", "MO CONNECTED"]
    assert [line.split(",")[2] for line in said if "CLCC" in line] == ["2", "3", "0"]
    assert alone.says("AT+CPAS")[0] == "+CPAS: 4"
    assert alone.says("ATH") == [f'+CLCC: 1,0,6,0,0,"{BOSS}",145,""', "OK"]


def test_ringing(alone):
    alone.says("AT+CLIP=1;+CRC=1")
    call = alone.network.phone(BOSS).call()
    assert alone.says(b"", 100) == ["+CRING: VOICE", f'+CLIP: "{BOSS}",145,"",0,"",0']
    assert alone.says("AT+CPAS", 100)[0] == "+CPAS: 3"
    assert alone.says("AT+CLCC", 100)[0] == f'+CLCC: 1,1,4,0,0,"{BOSS}",145,""'
    assert alone.says("ATA", 100) == ["OK"] and call.state == "active"
    alone.network.phone(BOSS).hang_up(call)
    assert alone.says(b"") == ["NO CARRIER"]
    assert alone.says("ATA") == ["ERROR"]


def test_s0_takes_the_call_by_itself(alone):
    alone.says("ATS0=2")
    call = alone.network.phone(BOSS).call()
    alone.run(2000)
    assert call.state == "ringing"
    alone.run(2000)
    assert call.state == "active"


def test_gsmbusy_rejects(alone):
    alone.says("AT+GSMBUSY=1")
    assert alone.network.phone(BOSS).call().why == "refused"
    assert alone.says(b"") == []


def test_a_call_while_a_message_is_sent_is_rejected(alone):
    tpdu = "01000c914853700900230000" + "0361f118"
    assert alone.says(f"AT+CMGS={len(tpdu) // 2}") == ["> "]
    assert alone.network.phone(BOSS).call().why == "unreachable"
    alone.says(b"00" + tpdu.encode() + b"\x1a", 500)
    assert alone.network.phone(BOSS).call().why == "unreachable"
    assert alone.says(b"", 5000) == ["+CMGS: 1", "OK"]
    assert alone.network.phone(BOSS).call().state == "ringing"


def test_keys(alone):
    phone = alone.network.phone(BOSS)
    call = phone.call()
    alone.says("ATA")
    phone.presses(call, "1")
    assert alone.says(b"") == []
    alone.says("AT+DDET=1")
    phone.presses(call, "5#")
    assert alone.says(b"") == ["+DTMF: 5", "+DTMF: #"]
    alone.says("AT+DDET=1,0,1")
    phone.presses(call, "*")
    assert alone.says(b"") == ["+DTMF: *,160"]
    assert alone.says('AT+VTS="1,2";+VTS=#,10') == ["OK"] and call.heard == "12#"
    assert alone.says("AT+VTS=12") == ["ERROR"]
    alone.says("ATH")
    assert alone.says("AT+VTS=1") == ["+CME ERROR: 3"]


def test_lists_of_calls(alone):
    alone.says(f"ATD{BOSS};")
    alone.says("ATH")
    phone = alone.network.phone("+358402222222")
    phone.hang_up(phone.call())
    alone.says(b"")
    assert alone.says('AT+CPBS="LD";+CPBR=1,10') == [f'+CPBR: 1,"{BOSS}",145,""', "OK"]
    assert alone.says('AT+CPBS="MC";+CPBR=1') == ['+CPBR: 1,"+358402222222",145,""', "OK"]


# -- codes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ['AT+CUSD=1,"*100#",15', "ATD*100#;", "ATD*100#"])
def test_codes(alone, line):
    alone.says("AT+CUSD=1")
    assert alone.says(line, 5000) == ["OK", '+CUSD: 0, "Balance: 12.50 EUR", 15']


@pytest.mark.parametrize(("charset", "written", "said"), [
    ("GSM", "*100#", '+CUSD: 0, "Balance: 12.50 EUR", 15'),
    ("UCS2", "002A0031003000300023", '+CUSD: 0, "00420061006C0061006E00630065003A002000310032002E003500300020004500550052", 15'),
    ("HEX", "2A31303023", "+CUSD: 2"),
    ("HEX", "*100#", "+CUSD: 2"),
])  # fmt: skip
def test_codes_in_every_set(alone, charset, written, said):
    alone.says(f'AT+CSCS="{charset}"')
    assert alone.says(f'AT+CUSD=1,"{written}",15', 5000)[-1] == said


def test_codes_that_nobody_should_see_or_can_ask(alone):
    assert alone.says('AT+CUSD=0,"*100#",15', 5000) == ["OK"]
    assert alone.says("AT+CUSD=?")[0] == "+CUSD: (0-2)"
    alone.says('AT+CSCS="UCS2"')
    assert alone.says('AT+CUSD=1,"*100#"') == ["ERROR"]
    for state, said in (("SIM PIN", "ERROR"), ("NOT INSERTED", "+CME ERROR: 10")):
        alone.modem.sim = state
        assert alone.says('AT+CUSD=1,"002A",15') == [said]
        assert alone.says("ATD*100#;") == [said]
        assert alone.says("AT+CUSD=1;+CUSD?") == ["+CUSD: 1", "OK"]


# -- SIM ----------------------------------------------------------------------------------------------------------


def test_without_a_card(alone):
    alone.modem.sim = "NOT INSERTED"
    for line in ("AT+CIMI", "AT+CCID", "AT+CPIN?", "AT+CNUM", "AT+CPBS?", "AT+COPS?"):
        assert alone.says(line) == ["+CME ERROR: 10"]
    alone.modem.sim = "SIM PIN"
    assert alone.says("AT+CIMI") == ["+CME ERROR: 11"]
    assert alone.says("AT+CCID")[-1] == "OK"


def test_pin_and_puk():
    alone = Alone(boots=False, CMEE="1")
    alone.modem.asks_pin = True
    alone.modem.power_on()
    assert "+CPIN: SIM PIN" in alone.says(b"", 10_000)
    assert alone.says("AT+CPIN?;+SPIC") == ["+CPIN: SIM PIN", "+SPIC: 3,10,3,10", "OK"]
    for _ in range(3):
        assert alone.says('AT+CPIN="0000"') == ["+CME ERROR: 16"]
    assert alone.says("AT+CPIN?")[0] == "+CPIN: SIM PUK"
    assert alone.says('AT+CPIN="1234"') == ["+CME ERROR: 12"]
    assert alone.says('AT+CPIN="11111111","4321"') == ["+CME ERROR: 16"]
    assert alone.says("AT+SPIC")[0] == "+SPIC: 0,9,3,10"
    assert alone.says('AT+CPIN="12345678","4321"', 500) == ["OK"]
    assert alone.says("AT+CPIN?", 500) == ["+CME ERROR: 14"]
    assert alone.says(b"", 6000) == ["+CPIN: READY", "Call Ready", "SMS Ready"]
    assert alone.modem.registered == 1
    assert alone.says('AT+CLCK="SC",2;+CLCK="SC",0,"4321";+CLCK="SC",2') == ["+CLCK: 1", "+CLCK: 0", "OK"]


def test_the_phone_book(alone):
    assert alone.says("AT+CPBS=?")[0].startswith('+CPBS: ("SM",')
    assert alone.says("AT+CPBR=?")[0] == "+CPBR: (1-250),40,14"
    assert alone.says(f'AT+CPBW=,"{BOSS}",145,"Boss"') == ["OK"]
    assert alone.says('AT+CPBW=7,"0401",129,"Älex"') == ["OK"]
    alone.says('AT+CSCS="8859-1"')
    assert alone.says(b'AT+CPBW=8,"0402",129,"\xc4lex"\r') == ["OK"]
    assert alone.says("AT+CPBR=1,250") == [
        f'+CPBR: 1,"{BOSS}",145,"Boss"',
        '+CPBR: 7,"0401",129,"??lex"',
        '+CPBR: 8,"0402",129,"Älex"',
        "OK",
    ]
    alone.says('AT+CSCS="UCS2"')
    assert alone.says("AT+CPBR=8")[0] == '+CPBR: 8,"0402",129,"00C4006C00650078"'
    assert alone.says('AT+CPBF="006C0065"')[:2] == [
        '+CPBF: 7,"0401",129,"003F003F006C00650078"',
        '+CPBF: 8,"0402",129,"00C4006C00650078"',
    ]
    alone.says('AT+CSCS="GSM"')
    assert alone.says("AT+CPBS?")[0] == '+CPBS: "SM",3,250'
    assert alone.says("AT+CPBW=7;+CPBS?") == ['+CPBS: "SM",2,250', "OK"]
    for line, code in (
        ("AT+CPBR=7", 22),
        ("AT+CPBR=251", 21),
        ('AT+CPBF="nobody"', 22),
        ('AT+CPBW=1,"x"', 27),
        ('AT+CPBW=1,"1",129,"a name too long"', 24),
    ):
        assert alone.says(line) == [f"+CME ERROR: {code}"], line
    alone.says("AT+CLIP=1")
    alone.network.phone(BOSS).call()
    assert alone.says(b"", 100)[1] == f'+CLIP: "{BOSS}",145,"",0,"Boss",0'


# -- network ------------------------------------------------------------------------------------------------------


def test_registration_with_its_cell(alone):
    alone.says("AT+CREG=2;+CGREG=1")
    assert alone.says("AT+CREG?")[0] == '+CREG: 2,1,"0001","0002"'
    alone.network.go_down()
    assert alone.says(b"") == ["+CREG: 2", "+CGREG: 2"]
    alone.network.come_up()
    assert alone.says(b"")[:2] == ['+CREG: 1,"0001","0002"', "+CGREG: 1"]


def test_cfun(alone):
    assert alone.says("AT+CFUN=?")[0] == "+CFUN: (0,1,4),(0,1)"
    assert alone.says("AT+CREG=1;+CFUN=4") == ["+CREG: 0", "OK"]
    for line in ("ATD0401;", "AT+COPS?", 'AT+CUSD=1,"*100#",15'):
        assert alone.says(line)[-1] in ("+CME ERROR: 797", "NO CARRIER")
    assert alone.says("AT+CPIN?")[0] == "+CPIN: READY"
    assert alone.says("AT+CFUN=0") == ["+CME ERROR: 3"]
    alone.modem.restart()
    assert "+CFUN: 4" in alone.says(b"", 15_000)
    assert alone.says("AT+CREG?")[0] == "+CREG: 0,0"
    assert alone.says("AT+CFUN=1", 15_000)[-3:] == ["+CPIN: READY", "Call Ready", "SMS Ready"]
    assert alone.says("AT+CREG?")[0] == "+CREG: 0,1"
    assert sorted(alone.says("AT+CFUN=0")) == ["+CPIN: NOT READY", "OK"]
    assert alone.says("AT+CPIN?;+CMGF=0") == ["+CME ERROR: 797"]
    alone.modem.restart()
    assert "+CFUN: 1" in alone.says(b"", 15_000)


def test_a_key_ends_the_search_for_operators(alone):
    assert alone.says("AT+COPS=?", 25_000)[0] == '+COPS: (2,"Sim","Sim","24491"),,(0-4),(0-2)'
    assert alone.says("AT+COPS=?", 5000) == []
    assert alone.says(b"a") == ["+CME ERROR: 609"]
    assert alone.says("AT+CSQ", 25_000) == ["+CSQ: 23,0", "OK"]


def test_operators(alone):
    assert alone.says("AT+COPS=3,2;+COPS?") == ['+COPS: 0,2,"24491"', "OK"]
    assert alone.says("AT+COPS=2", 4000) == ["OK"]
    assert alone.says("AT+COPS?") == ["+COPS: 2", "OK"]
    assert alone.says('AT+COPS=1,2,"24405"', 4000) == ["+CME ERROR: 30"]
    assert alone.says('AT+COPS=1,2,"24491"', 6000) == ["OK"]
    assert alone.says("AT+COPS?") == ['+COPS: 1,2,"24491"', "OK"]


def test_the_signal(alone):
    assert alone.says("AT+CSQ=?") == ["+CSQ: (0-31,99),(0-7,99)", "OK"]
    assert alone.says('AT+EXUNSOL="SQ",1') == ["+CSQN: 23,0", "OK"]
    alone.network.rssi = 7
    assert alone.says(b"", 6000) == ["+CSQN: 7,0"]
    alone.modem.sim = "SIM PIN"
    assert alone.says("AT+CSQ")[0] == "+CSQ: 7,0"


# -- line, sleep, clock, power ------------------------------------------------------------------------------------


def test_asleep_it_loses_the_first_octets(alone):
    alone.says("AT+CSCLK=2")
    alone.run(6000)
    assert alone.says("AT", 50) == []
    assert alone.says("AT", 300) == []  # within 100 ms it is not awake yet
    assert alone.says("AT") == ["OK"]
    alone.run(6000)
    alone.network.send_to_device(BOSS, "Hi")
    assert alone.says(b"", 1500) == ['+CMTI: "SM",1']
    alone.says("AT", 1000)
    assert alone.says("AT+CSCLK=1") == ["OK"]
    alone.run(6000)
    assert alone.says("AT") == ["OK"]
    alone.modem.dtr_low = False
    alone.run(6000)
    assert alone.says("AT") == [] and alone.says("AT") == ["OK"]


def test_an_unset_clock_goes_on(alone):
    first = alone.says("AT+CCLK?")[0]
    alone.run(60_000)
    second = alone.says("AT+CCLK?")[0]
    assert first == '+CCLK: "04/01/01,00:00:20+00"' and second.startswith('+CCLK: "04/01/01,00:01:2')
    assert alone.says('AT+CCLK="26/03/02,12:00:00+08"', 1000) == ["OK"]
    assert alone.says("AT+CCLK?")[0] in ('+CCLK: "26/03/02,12:00:00+08"', '+CCLK: "26/03/02,12:00:01+08"')
    for wrong in ("26/13/02,12:00:00+08", "26/03/02,12:00:00+49", "2026/03/02,12:00:00+08", "26/03/02,12:00:00"):
        assert alone.says(f'AT+CCLK="{wrong}"') == ["ERROR"]


@pytest.mark.parametrize(("line", "said", "power"), [("AT+CPOWD=1", ["NORMAL POWER DOWN"], "off"), ("AT+CPOWD=0", [], "off")])
def test_power_down(alone, line, said, power):
    assert alone.says(line) == said and alone.modem.power == power


def test_it_hears_before_it_says_that_it_is_ready():
    alone = Alone(boots=False)
    alone.modem.power_on()
    assert alone.says("AT", 200) == []
    alone.run(200)
    assert alone.says("AT+CPIN?", 100) == ["ERROR"]
    assert alone.says("ATE0", 100) == ["OK"]
    assert alone.says(b"", 10_000) == ["RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"]


def test_echo_numbers_and_silence(alone):
    assert alone.raw(b"ATE1\r") == b"\r\nOK\r\n"
    assert alone.raw(b"AT+CSQ\x1a\x1b\n\r") == b"AT+CSQ\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n"
    assert alone.raw(b"AT+CSX\x08Q\r") == b"AT+CSX\x08Q\r\r\n+CSQ: 23,0\r\n\r\nOK\r\n"
    assert alone.raw(b"A/") == b"A/\r\n+CSQ: 23,0\r\n\r\nOK\r\n"
    assert alone.raw(b"ATE0V0\r") == b"ATE0V0\r0\r"
    assert alone.raw(b"AT+CSQ\r") == b"+CSQ: 23,0\r\n0\r"
    assert alone.raw(b"AT+CSX\r") == b"4\r"
    assert alone.raw(b"ATQ1\r") == b"" and alone.raw(b"AT\r") == b""


def test_lines_that_are_too_long(alone):
    assert alone.says("AT" + "+CSQ;" * 39 + "+CSQ") == ["ERROR"]
    assert alone.says("AT+CSQ" + ";+CSQ" * 38)[-1] == "OK"
    assert alone.says('AT+CUSD=1,"' + "1" * 600 + '"') == ["ERROR"]
    assert alone.says("A" * 100_000 + "T", 15_000) == [] and alone.says("AT") == ["OK"]


def test_delays_go_by_the_form(alone):
    alone.modem.delays = {"+CPMS?": 500, "+CPMS=": 100, "+CMGD=1,4": 900, "D": 50}
    for line, ms in (("AT+CPMS?", 500), ('AT+CPMS="SM"', 100), ("AT+CPMS=?", 3), ("AT+CMGD=1,4", 900), ("AT+CMGD=1", 3)):
        assert alone.says(line, ms - 1) == [] and alone.says(b"", 50), line


def test_the_view_of_all_settings(alone):
    lines = alone.says("AT&V")
    assert [line for line in lines if line.endswith("PROFILE")] == ["DEFAULT PROFILE", "USER PROFILE", "ACTIVE PROFILE"]
    assert "+CMEE: 0" in lines and "+CMEE: 1" in lines and '+CSCS: "IRA"' in lines


def test_every_test_form_has_the_manual_s_look(alone):
    for name in sorted(alone.modem.commands):
        if name[:1] == "+":
            *lines, final = alone.says(f"AT{name}=?", 25_000)
            assert final in ("OK", "+CME ERROR: 100"), name
            assert all(line.startswith(f"{name}: ") and not set(line) & set("\\[]{|}^") for line in lines), lines


def test_settings_are_told_as_they_were_set(alone):
    for line, said in (("+CSMINS?", "+CSMINS: 0,1"), ("+CLIP?", "+CLIP: 0,1"), ("+CSMS?", "+CSMS: 0,1,1,1"), ("+DDET?", "+DDET: 0,0,0,0"),
                       ("+IFC=1;+IFC?", "+IFC: 1,0"), ("+CCALR?", "+CCALR: 1"), ('+CSCS="UCS2";+CSCS?', '+CSCS: "UCS2"')):  # fmt: skip
        assert alone.says("AT" + line)[0] == said


def test_files_of_the_card(alone):
    assert alone.says("AT+CRSM=176,12258,0,0,10") == ['+CRSM: 144,0,"985398010000000000F1"', "OK"]
    assert alone.says("AT+CRSM=176,28423,0,0,9") == ['+CRSM: 144,0,"082944190000000010"', "OK"]
    assert alone.says("AT+CRSM=176,1,0,0,9") == ["+CRSM: 148,4", "OK"]
    assert alone.says("AT+CRSM=214,28423,0,0,9") == ["+CRSM: 109,0", "OK"]
    alone.modem.sim = "NOT INSERTED"
    assert alone.says("AT+CRSM=176,12258,0,0,10") == ["+CME ERROR: 10"]


def test_under_voltage_is_told_where_it_is_asked_for(alone):
    alone.modem.under_voltage()
    assert alone.says(b"") == ["UNDER-VOLTAGE WARNNING", "UNDER-VOLTAGE POWER DOWN"] and alone.modem.power == "off"
    quiet = Alone(CBATCHK="0")
    quiet.modem.under_voltage()
    assert quiet.says(b"") == [] and quiet.modem.power == "off"


def test_without_a_busy_tone(alone):
    alone.network.phone(BOSS).refuses = True
    alone.says("ATX1")
    assert alone.says(f"ATD{BOSS};", 5000) == ["OK", "NO CARRIER"]


def test_auto_bauding_never_says_rdy():
    for wait in (400, 9000):  # the first AT before RDY, and long after
        alone = Alone(boots=False, IPR="0")
        alone.line.board_baud = 9600
        alone.modem.power_on()
        assert alone.says(b"", wait) == []
        said = alone.says("AT", 9000)
        assert said[0] == "OK" and [line for line in said if line != "OK"] == ["+CPIN: READY", "Call Ready", "SMS Ready"]


def test_s7_ends_a_call_that_nobody_takes(alone):
    alone.says("ATS7=5")
    assert alone.says(f"ATD{BOSS};", 6000) == ["OK"]
    assert alone.says(b"") == ["NO ANSWER"] and alone.modem.call is None
