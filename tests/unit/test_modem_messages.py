"""The simulated modem's messages: both modes, every letter, every way in and out."""

import gsm0338  # noqa: F401  registers the codec
import pytest

from tools.simulator.modem.alone import Alone
from tools.simulator.network import alphabet, pdu, sms

BOSS = "+358401111111"
BOSS_HEX = "002B003300350038003400300031003100310031003100310031"


@pytest.fixture
def alone():
    """A registered modem with echo off and errors as numbers."""
    one = Alone(CMEE="1")
    one.network.transit_ms = 10
    return one


def _text(alone, text, sender=BOSS, **how):
    alone.network.send_to_device(sender, text, **how)
    return alone.says(b"", 3000)


def _body(alone, charset, text, sender=BOSS):
    """The lines of AT+CMGR of this text under AT+CSCS."""
    _text(alone, text, sender)
    index = max(alone.modem.store)
    assert alone.says(f'AT+CMGF=1;+CSCS="{charset}"') == ["OK"]
    head, *body, final = alone.says(f"AT+CMGR={index}")
    assert final == "OK"
    return head, body


# -- letters ------------------------------------------------------------------------------------------------------


def test_the_alphabet_against_gsm0338():
    for code in range(128):
        if code != alphabet.ESCAPE:
            assert alphabet.decode(bytes((code,))) == bytes((code,)).decode("gsm03.38")
        if code not in (10, 27):
            for letter in (alphabet.decode(bytes((27, code))),):
                assert alphabet.encode(letter) in (letter.encode("gsm03.38"), alphabet.CODES[letter])
    text = "".join(alphabet.CODES)
    assert alphabet.encode(text) == text.encode("gsm03.38")
    assert alphabet.decode(alphabet.encode(text)) == text


@pytest.mark.parametrize(("charset", "text", "shown"), [
    ("IRA", "Hello", "Hello"),
    ("IRA", "ä€ £", "?? ?"),
    ("GSM", "@$_", "\x00\x02\x11"),
    ("GSM", "€", "\x1be"),
    ("8859-1", "äö€", "äö?"),
    ("UCS2", "Hé", "004800E9"),
    ("HEX", "@Hi€", "0048691B65"),
    ("PCCP", "é", "\x82"),
    ("PCDN", "ø", "\x9b"),
    ("IRA", "Привет", "041F04400438043204350442"),
    ("GSM", "日", "65E5"),
    ("UCS2", "😀", "D83DDE00"),
])  # fmt: skip
def test_text_mode_in_every_set(alone, charset, text, shown):
    head, body = _body(alone, charset, text)
    assert body == [shown]
    number = BOSS_HEX if charset == "UCS2" else BOSS
    assert head.startswith(f'+CMGR: "REC UNREAD","{number}","","26/03/02,14:00:')


@pytest.mark.parametrize(("sender", "charset", "shown"), [
    ("", "IRA", ""), ("Operator", "IRA", "Operator"), ("Operator", "UCS2", "004F00700065007200610074006F0072"), ("2424", "IRA", "2424"),
    ("0401234567", "IRA", "0401234567"), ("Ä€", "IRA", "??"),
])  # fmt: skip
def test_text_mode_s_senders(alone, sender, charset, shown):
    assert _body(alone, charset, "x", sender)[0].startswith(f'+CMGR: "REC UNREAD","{shown}","",')


def test_no_empty_line_inside_a_record(alone):
    _text(alone, "two\nlines")
    alone.says("AT+CMGF=1")
    assert alone.raw(b"AT+CMGR=1\r").endswith(b'+08"\r\ntwo\nlines\r\n\r\nOK\r\n')
    alone.says("AT+CMGF=0")
    octets = alone.raw(b"AT+CMGL=4\r")
    assert octets.startswith(b'\r\n+CMGL: 1,1,"",') and octets.count(b"\r\n") == 5


def test_what_cannot_be_a_message_is_shown_all_the_same(alone):
    bad_stamp = bytearray(pdu.deliver(BOSS, b"abc", alone.network.local()))
    bad_stamp[11:18] = b"\xff" * 7
    for octets in (bytes(bad_stamp), b"\xff", b"\x03\x01", b"", b"\x04\x0c\x91"):
        alone.network.send_pdu(octets, 0)
    alone.run(3000)
    alone.says("AT+CMGF=1")
    lines = alone.says('AT+CMGL="ALL"')
    assert lines[-1] == "OK" and sum(line.startswith("+CMGL: ") for line in lines) == 5
    assert '"ff/ff/ff,ff:ff:ff-' in lines[0]


def test_parts_of_a_long_text_are_plain_records(alone):
    _text(alone, "x" * 153 + "tail" * 3)
    alone.says("AT+CMGF=1")
    lines = alone.says('AT+CMGL="ALL"')
    assert lines[1] == "x" * 153 and lines[3] == "tail" * 3


def test_details_of_text_mode(alone):
    _text(alone, "Hi")
    alone.says("AT+CMGF=1;+CSDH=1")
    assert alone.says("AT+CMGR=1")[0].endswith(',145,4,0,0,"+358508771010",145,2')
    assert alone.says('AT+CMGL="ALL"')[0].endswith(",145,2")


def test_a_name_from_the_phone_book(alone):
    assert alone.says(f'AT+CPBW=1,"{BOSS}",145,"Boss"') == ["OK"]
    _text(alone, "Hi")
    alone.says("AT+CMGF=1")
    assert f'"{BOSS}","Boss",' in alone.says("AT+CMGR=1")[0]


# -- notices ------------------------------------------------------------------------------------------------------


def test_mt_2_prints_and_does_not_store(alone):
    alone.says("AT+CNMI=2,2,0,0,0")
    head, line = _text(alone, "Hi")
    octets = bytes.fromhex(line)
    assert octets[:8].hex() == "0791535880770101"  # the service centre
    assert head == f'+CMT: "",{len(octets) - 8}'
    assert pdu.read(octets[8:]).text == "Hi"
    alone.says("AT+CMGF=1")
    head, line = _text(alone, "Hi")
    assert head.startswith(f'+CMT: "{BOSS}","","26/03/02,14:') and line == "Hi"
    assert not alone.modem.store


@pytest.mark.parametrize(("cnmi", "dcs", "way"), [
    ("2,1,0,0,0", 0, "+CMTI"), ("2,1,0,0,0", 0x11, "+CMTI"), ("2,2,0,0,0", 0x12, "+CMTI"), ("2,3,0,0,0", 0x13, "+CMT:"),
    ("2,3,0,0,0", 0, "+CMTI"), ("2,1,0,0,0", 0x10, "+CMT:"), ("2,2,0,0,0", 0xF0, "+CMT:"),
])  # fmt: skip
def test_the_class_decides_the_way(alone, cnmi, dcs, way):
    alone.says(f"AT+CNMI={cnmi}")
    alone.network.send_pdu(pdu.deliver(BOSS, b"abc", alone.network.local(), dcs=dcs), 0)
    assert alone.says(b"")[0][:5] == way[:5]
    assert len(alone.modem.store) == (way == "+CMTI")


def test_notices_are_kept_back_until_somebody_wants_them(alone):
    alone.says("AT+CNMI=0,1,0,0,0")
    assert _text(alone, "Hi") == []
    assert '+CMTI: "SM",1' in alone.says("AT+CNMI=2,1,0,0,0")
    alone.says("AT+CNMI=0,1,0,0,1")
    assert _text(alone, "Hi") == []
    assert alone.says("AT+CNMI=2,1,0,0,1") == ["OK"]


def test_class_0_is_stored_where_sclass0_says_so(alone):
    alone.says("AT+SCLASS0=1")
    assert _text(alone, "Hi", flash=True) == ['+CMTI: "SM",1']


def test_status_reports(alone):
    alone.says("AT+CNMI=2,1,0,1,0;+CMGF=1;+CSMP=49,167,0,0")
    said = alone.sends('AT+CMGS="+358409999999"', "Hi")
    assert said[:2] == ["+CMGS: 1", "OK"]
    assert said[2].startswith('+CDS: 6,1,"+358409999999",145,"26/03/02,14:') and said[2].endswith(",0")
    alone.says("AT+CMGF=0")
    tpdu = pdu.submit(pdu.address("+358409999998"), b"abc", first=0x31)
    alone.network.phone("+358409999998").reachable = False
    head, line = alone.sends(f"AT+CMGS={len(tpdu)}", "00" + tpdu.hex())[2:]
    found = pdu.read(bytes.fromhex(line)[8:])
    assert head == f"+CDS: {len(line) // 2 - 8}" and (found.kind, found.reference, found.status) == (pdu.REPORT, 2, 0x46)


def test_reports_in_the_store_where_the_module_has_that(alone):
    assert alone.says("AT+CNMI=2,1,0,2,0") == ["ERROR"]
    assert alone.says("AT+CNMI=?") == ["+CNMI: (0-3),(0-3),(0,2),(0,1),(0,1)", "OK"]
    alone.modem.report_ways = (0, 1, 2)
    alone.says("AT+CNMI=2,1,0,2,0;+CMGF=1;+CSMP=49,167,0,0")
    assert '+CDSI: "SM",1' in alone.sends('AT+CMGS="+358409999999"', "Hi")
    assert alone.says("AT+CMGR=1")[0].startswith('+CMGR: "REC UNREAD",6,1,"+358409999999",145,"26/')


def test_cell_broadcast(alone):
    alone.network.broadcast(50, "nobody wants this")
    assert alone.says(b"") == []
    alone.says('AT+CNMI=2,1,2,0,0;+CSCB=0,"50-60,99",""')
    alone.network.broadcast(50, "News")
    head, line = alone.says(b"")
    assert head == "+CBM: 88" and len(line) == 176
    alone.says("AT+CMGF=1")
    alone.network.broadcast(99, "News")
    alone.network.broadcast(98, "other news")
    assert alone.says(b"") == ["+CBM: 0,99,1,1,1", "News"]
    assert alone.says("AT+CSCB?")[0] == '+CSCB: 0,"50-60,99",""'


# -- stores -------------------------------------------------------------------------------------------------------


def _filled(alone):
    """Indexes 1 to 4: unread, read, to send, sent."""
    octets = sms.deliver(BOSS, "Hi", alone.network.local())[0]
    out = pdu.submit(pdu.address(BOSS), b"abc")
    alone.modem.store.update({1: [0, octets], 2: [1, octets], 3: [2, out], 4: [3, out]})


@pytest.mark.parametrize(("number", "word", "left"), [
    (1, "DEL READ", [1, 3, 4]), (2, "DEL UNREAD", [2, 3, 4]), (3, "DEL SENT", [1, 2, 3]), (4, "DEL UNSENT", [1, 2, 4]),
    (5, "DEL INBOX", [3, 4]), (6, "DEL ALL", []),
])  # fmt: skip
def test_cmgda_deletes_what_it_says(alone, number, word, left):
    _filled(alone)
    assert alone.says(f'AT+CMGDA="{word}"') == ["ERROR"]
    assert alone.says(f"AT+CMGDA={number}") == ["OK"] and sorted(alone.modem.store) == left
    _filled(alone)
    alone.says("AT+CMGF=1")
    assert alone.says(f"AT+CMGDA={number}") == ["ERROR"]
    assert alone.says(f'AT+CMGDA="{word}"') == ["OK"] and sorted(alone.modem.store) == left


@pytest.mark.parametrize(("line", "left"), [
    ("AT+CMGD=1", [2, 3, 4]), ("AT+CMGD=1,0", [2, 3, 4]), ("AT+CMGD=1,1", [1, 3, 4]), ("AT+CMGD=9,2", [1, 3]), ("AT+CMGD=1,3", [1]),
    ("AT+CMGD=1,4", []), ("AT+CMGD=9", [1, 2, 3, 4]),
])  # fmt: skip
def test_cmgd_deletes_what_it_says(alone, line, left):
    _filled(alone)
    assert alone.says(line) == ["OK"] and sorted(alone.modem.store) == left


def test_the_lists(alone):
    _filled(alone)
    alone.says("AT+CMGF=1")
    assert alone.says("AT+CMGL=?")[0] == '+CMGL: ("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")'
    assert [line[:18] for line in alone.says('AT+CMGL="STO UNSENT"')] == ['+CMGL: 3,"STO UNSE', "abc", "OK"]
    assert alone.says('AT+CMGL="all"') == ["ERROR"]
    assert alone.says('AT+CMGL="ALL",1')[-1] == "OK" and alone.modem.store[1][0] == 0
    assert alone.says("AT+CMGL")[0].startswith('+CMGL: 1,"REC UNREAD"') and alone.modem.store[1][0] == 1
    assert alone.says("AT+CMGL") == ["OK"]
    alone.says("AT+CMGF=0")
    assert alone.says("AT+CMGL=?")[0] == "+CMGL: (0-4)"
    assert alone.says('AT+CMGL="ALL"') == ["ERROR"]
    assert alone.says("AT+CMGD=?")[0] == "+CMGD: (1-30),(0-4)"


def test_the_memories(alone):
    assert alone.says("AT+CPMS=?")[0].startswith('+CPMS: ("SM","ME","SM_P","ME_P","MT"),(')
    assert alone.says('AT+CPMS="ME_P","SM_P","MT"')[0] == "+CPMS: 0,30,0,30,0,30"
    assert alone.says("AT+CPMS?")[0] == '+CPMS: "ME",0,30,"SM",0,30,"SM",0,30'
    assert alone.says('AT+CPMS="XX"') == ["+CMS ERROR: 302"]


@pytest.mark.parametrize(("level", "said"), [
    ("0", "ERROR"), ("1", "+CMS ERROR: 321"), ("2", "+CMS ERROR: invalid memory index")
])  # fmt: skip
def test_errors_by_cmee(alone, level, said):
    alone.modem.empty_slot_ok = False
    assert alone.says(f"AT+CMEE={level};+CMGR=7") == [said]


# -- sending ------------------------------------------------------------------------------------------------------


def _received(alone, number="+358409999999"):
    return [message.text for message in alone.network.phone(number).inbox]


@pytest.mark.parametrize(("charset", "typed", "text"), [
    ("IRA", b"Hello", "Hello"), ("GSM", b"\x00\x02\x5c", "@$Ö"), ("8859-1", "äö".encode("latin-1"), "äö"), ("IRA", b"a\xffb", "a?b"),
    ("HEX", b"48691B65", "Hi€"), ("UCS2", b"004800E4", "Hä"), ("PCCP", b"\x84", "ä"), ("IRA", b"two\rlines", "two\rlines"),
    ("IRA", b"slip\x08\x08ap", "slap"),
])  # fmt: skip
def test_text_mode_sends_in_every_set(alone, charset, typed, text):
    number = "002B003300350038003400300039003900390039003900390039" if charset == "UCS2" else "+358409999999"
    alone.says(f'AT+CMGF=1;+CSCS="{charset}"')
    assert alone.sends(f'AT+CMGS="{number}"', typed)[-1] == "OK"
    assert _received(alone) == [text]


@pytest.mark.parametrize(("csmp", "charset", "typed", "text", "kind"), [
    ("17,167,0,8", "IRA", "041F0440", "Пр", None),
    ("17,167,2,25", "IRA", "041F0440", "Пр", 1),
    ("17,167,0,16", "IRA", "flash", "flash", 0),
    ("17,167,0,240", "IRA", "flash", "flash", 0),
    ("17,167,0,4", "IRA", "48FF", "H\xff", None),
    ("81,167,0,8", "IRA", "05000301010100480069", "Hi", None),
    ("1,0,0,0", "IRA", "no validity", "no validity", None),
    ('25,"26/03/03,12:00:00+08",0,0', "IRA", "absolute", "absolute", None),
])  # fmt: skip
def test_csmp(alone, csmp, charset, typed, text, kind):
    assert alone.says(f'AT+CMGF=1;+CSMP={csmp};+CSCS="{charset}"') == ["OK"]
    assert alone.says("AT+CSMP?") == [f"+CSMP: {csmp}", "OK"]
    seen = []
    submit = alone.network.submit
    alone.network.submit = lambda octets: seen.append(sms.read_submit(octets)) or submit(octets)
    assert alone.sends('AT+CMGS="+358409999999"', typed)[-1] == "OK"
    assert [(one.text, one.message_class) for one in seen] == [(text, kind)]


def test_text_mode_above_160_letters_is_cut(alone):
    alone.says("AT+CMGF=1")
    text = "".join(chr(97 + place % 26) for place in range(400))
    assert alone.sends('AT+CMGS="+358409999999"', text) == ["+CMGS: 3", "OK"]
    assert _received(alone) == [text] and len(alone.network.submitted) == 3
    assert alone.sends('AT+CMGS="+358409999999"', "x" * 1025) == ["+CMS ERROR: 513"]
    alone.says("AT+CSMP=17,167,0,8")
    assert alone.sends('AT+CMGS="+358409999999"', "0416" * 80) == ["+CMGS: 5", "OK"]
    assert _received(alone)[1] == "Ж" * 80


@pytest.mark.parametrize(("number", "said"), [
    ('"+35840x"', "325"), ('"Bob"', "325"), ("12", "325"), ('"' + "1" * 21 + '"', "325"), ('"+358409999999",7', "325"), ('""', "325"),
])  # fmt: skip
def test_numbers_that_are_none(alone, number, said):
    alone.says("AT+CMGF=1")
    assert alone.says(f"AT+CMGS={number}") == [f"+CMS ERROR: {said}"]


@pytest.mark.parametrize(("first", "validity", "dcs", "body", "text"), [
    (0x11, b"\xa7", 0, b"abc", "abc"),
    (0x19, bytes.fromhex("62303021000080"), 0, b"abc", "abc"),  # absolute
    (0x09, bytes.fromhex("01a70000000000"), 0, b"abc", "abc"),  # enhanced
    (0x01, b"", 0, b"abc", "abc"),
    (0x31, b"\xa7", 0, b"abc", "abc"),  # a report is wanted
    (0x91, b"\xa7", 0, b"abc", "abc"),  # reply path
    (0x15, b"\xa7", 0, b"abc", "abc"),  # no duplicates
    (0x11, b"\xa7", 0x04, b"\xff\x00", "\xff\x00"),
    (0x11, b"\xa7", 0x18, "Ж".encode("utf-16-be"), "Ж"),
    (0x11, b"\xa7", 0xF5, b"data", "data"),
    (0x11, b"\xa7", 0, b"", ""),
    (0x11, b"\xa7", 0, b"x" * 160, "x" * 160),
])  # fmt: skip
def test_legal_submits(alone, first, validity, dcs, body, text):
    tpdu = pdu.submit(pdu.address("+358409999999"), body, b"", first, validity, 0, dcs)
    assert alone.sends(f"AT+CMGS={len(tpdu)}", "00" + tpdu.hex())[-1] == "OK"
    assert _received(alone) == [text]


@pytest.mark.parametrize("number", ["*100#", "112", "#31#0401234567"])
def test_stars_and_hashes(alone, number):
    tpdu = pdu.submit(pdu.address(number), b"abc")
    assert alone.sends(f"AT+CMGS={len(tpdu)}", "00" + tpdu.hex())[-1] == "OK"
    assert _received(alone, number) == ["abc"]


def test_parts_with_both_references_come_together(alone):
    for wide in (False, True):
        for place, word in ((2, b"world"), (1, b"hello ")):
            tpdu = pdu.submit(pdu.address("+358409999999"), word, sms.header(300, 2, place, wide))
            assert alone.sends(f"AT+CMGS={len(tpdu)}", "00" + tpdu.hex())[-1] == "OK"
    assert _received(alone) == ["hello world"] * 2


_GOOD = pdu.submit(pdu.address("+358409999999"), b"abc")


@pytest.mark.parametrize("body", [
    _GOOD.hex()[2:], "00" + _GOOD.hex() + "00", "zz", "", "00" + _GOOD.hex()[:-1], "\xff\xff", "00" + "04" + _GOOD.hex()[2:], "99" + _GOOD.hex(),
])  # fmt: skip
def test_bodies_that_are_no_submit(alone, body):
    assert alone.sends(f"AT+CMGS={len(_GOOD)}", body.encode("latin-1")) == ["+CMS ERROR: 304"]
    assert not alone.network.submitted
    assert alone.says("AT") == ["OK"]


def test_lengths_that_are_none(alone):
    for length in (0, 6, 161, 999):
        assert alone.says(f"AT+CMGS={length}") == ["+CMS ERROR: 304"]
    assert alone.says('AT+CMGS="+358409999999"') == ["+CMS ERROR: 325"]


def test_escape_sends_nothing(alone):
    assert alone.says(f"AT+CMGS={len(_GOOD)}") == ["> "]
    assert alone.says(b"00" + _GOOD.hex().encode() + b"\x1b") == ["OK"]
    assert not alone.network.submitted


def test_the_service_centre(alone):
    assert alone.says("AT+CSCA?")[0] == '+CSCA: "+358508771010",145'
    assert alone.says('AT+CSCA="+358401",145') == ["OK"]
    assert alone.says("AT+CSCA?")[0] == '+CSCA: "+358401",145'
    alone.says('AT+CSCS="UCS2"')
    assert alone.says("AT+CSCA?")[0] == '+CSCA: "002B003300350038003400300031",145'
    assert alone.says('AT+CSCA="+358401"') == ["+CMS ERROR: 325"]
    alone.says('AT+CSCS="GSM";+CSCA=""')
    assert alone.sends(f"AT+CMGS={len(_GOOD)}", "00" + _GOOD.hex()) == ["+CMS ERROR: 330"]
    assert alone.sends(f"AT+CMGS={len(_GOOD)}", "0791535880770101" + _GOOD.hex())[-1] == "OK"
    alone.says("AT+CMGF=1")
    assert alone.sends('AT+CMGS="+358409999999"', "Hi") == ["+CMS ERROR: 330"]


def test_write_first_send_later(alone):
    assert alone.sends(f"AT+CMGW={len(_GOOD)}", "00" + _GOOD.hex()) == ["+CMGW: 1", "OK"]
    assert alone.modem.store[1][0] == 2 and not alone.network.submitted
    assert alone.says("AT+CMSS=1", 5000) == ["+CMSS: 1", "OK"]
    assert alone.modem.store[1][0] == 3
    assert alone.says('AT+CMSS=1,"+358408888888"', 5000) == ["+CMSS: 2", "OK"]
    assert _received(alone) == ["abc"] and _received(alone, "+358408888888") == ["abc"]
    alone.says("AT+CMGF=1")
    assert alone.sends('AT+CMGW="+358407777777"', "later") == ["+CMGW: 2", "OK"]
    assert alone.says("AT+CMGR=2")[:2] == ['+CMGR: "STO UNSENT","+358407777777",""', "later"]
    assert alone.says("AT+CMSS=9") == ["+CMS ERROR: 321"]
    alone.modem.capacity = 2
    assert alone.sends('AT+CMGW="+358407777777"', "no room") == ["+CMS ERROR: 322"]


def test_no_card_no_message(alone):
    for state, code in (("NOT INSERTED", 310), ("SIM PIN", 311), ("SIM PUK", 316)):
        alone.modem.sim = state
        for line in ("AT+CMGS=23", "AT+CMGR=1", "AT+CMGL=4", "AT+CMGD=1", "AT+CMSS=1"):
            assert alone.says(line) == [f"+CMS ERROR: {code}"]
