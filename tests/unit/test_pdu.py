"""The PDU codec against other people's codecs, under hypothesis, and against PDUs of real modems."""

import csv
import datetime as dt

import dates
import gsm0338  # noqa: F401  registers the codec
import pytest
from gsmmodem import pdu as gsmmodem
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sms import gsm7, pdu
from smspdudecoder.easy import read_incoming_sms

from tools.simulator.network import sms as network_sms

ALPHABET = "".join(letter for letter in gsm7._BASIC if letter != "\x1b")
EXTENDED = ALPHABET + gsm7._EXTENSION
gsm_text = st.text(EXTENDED, max_size=700)
any_text = st.text(st.characters(codec="utf-16", exclude_categories=("Cs",)), max_size=400)
numbers = st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True)
NOON = dt.datetime(2026, 3, 2, 14, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@given(gsm_text)
def test_alphabet_against_gsm0338(text):
    septets = gsm7.encode(text)
    assert bytes(septets) == text.encode("gsm03.38")
    assert gsm7.decode(septets) == text


@given(any_text.filter(lambda text: "\x1b" not in text))
def test_letters_outside_the_alphabet_are_seen(text):
    try:
        text.encode("gsm03.38")
    except UnicodeEncodeError:
        assert gsm7.encode(text) is None
        assert gsm7.encode(gsm7.fit(text)) is not None
        assert len(gsm7.fit(text)) == len(text)
    else:
        assert gsm7.fit(text) == text


@given(st.binary(max_size=170).map(lambda octets: bytes(octet & 0x7F for octet in octets)), st.integers(0, 6))
def test_packing_comes_back(septets, fill):
    packed = pdu._pack(septets, fill)
    assert len(packed) == (7 * len(septets) + fill + 7) // 8
    assert bytes(gsm7.unpack(packed, len(septets), fill)) == septets
    if fill == 0:
        assert packed[: len(septets) * 7 // 8] == gsmmodem.packSeptets(bytearray(septets))[: len(septets) * 7 // 8]


def _take_apart(parts):
    """The text, decoded by the network's codec."""
    found = [network_sms.read_submit(bytes.fromhex(text.decode())[1:]) for _, text in parts]
    if len(found) > 1:
        assert [submit.part[1:] for submit in found] == [(len(found), i + 1) for i in range(len(found))]
        assert len({submit.part[0] for submit in found}) == 1
    return found[0].number, "".join(submit.text for submit in found)


@given(numbers, gsm_text, st.integers(0, 255))
@example("+358401234567", "a" * 152 + "€" + "b" * 10, 1)
@example("+358401234567", "x" * 160, 1)
@example("+358401234567", "x" * 161, 1)
@example("12345", "x" * 159 + "@", 1)
def test_submit_is_read_by_gsmmodem(number, text, reference):
    parts = pdu.submit(number, text, reference)
    for length, octets in parts:
        assert length == len(octets) // 2 - 1 <= 160 + 16
    assert _take_apart(parts) == (number, text)
    size = len(gsm7.encode(text))
    assert len(parts) >= (1 if size <= 160 else -(-size // 153))
    assert (len(parts) == 1) == (size <= 160)


@given(numbers, st.text("abcXYZ 0189?!", min_size=1, max_size=400), st.integers(0, 255))
def test_submit_against_gsmmodem(number, text, reference):
    """Plain letters only: it loses the form feed, and a last `@` or letter where that fills the octet."""
    theirs = [gsmmodem.decodeSmsPdu(octets.decode()) for _, octets in pdu.submit(number, text, reference)]
    assert "".join(found["text"] for found in theirs) == text


@given(numbers, any_text.filter(lambda text: gsm7.encode(text) is None), st.integers(0, 255))
@example("+358401234567", "ж" * 66 + "😀" + "ж" * 66, 7)
@settings(deadline=None)
def test_submit_ucs2(number, text, reference):
    parts = pdu.submit(number, text, reference)
    whole = b""
    for length, octets in parts:
        tpdu = bytes.fromhex(octets.decode())[1:]
        assert length == len(tpdu)
        start = 2 + 2 + (tpdu[2] + 1) // 2 + 3
        data = tpdu[start + 1 :]
        assert tpdu[start] == len(data) <= 140
        whole_part = data[data[0] + 1 :] if tpdu[0] & 0x40 else data
        whole_part.decode("utf-16-be")  # no surrogate pair is cut
        whole += whole_part
    assert whole.decode("utf-16-be") == text


@pytest.mark.parametrize("number", ["", "+", "Operator", "+358x", "1" * 21, "٣٤٥"])
def test_a_number_that_cannot_be_dialled(number):
    with pytest.raises(pdu.PduError):
        pdu.submit(number, "x", 0)


senders = st.one_of(
    numbers, st.text("ABCabc 019@", min_size=1, max_size=11).filter(lambda t: not t.strip("+").isdigit()), st.just("")
)


@given(senders, st.text(EXTENDED, max_size=500), st.booleans(), st.integers(0, 65535))
@example("+358401234567", "@@@@@@@@", False, 1)
@example("Operator", "x" * 320, True, 300)
@example("1234567", "x" * 320, False, 300)
def test_deliver_comes_back(sender, text, wide, reference):
    parts = network_sms.deliver(sender, text, NOON, reference, wide)
    found = [pdu.decode(b"\0" + part) for part in parts]
    assert "".join(deliver.text for deliver in found) == text
    for number, deliver in enumerate(found, 1):
        assert deliver.sender == sender
        assert (deliver.time, deliver.zone) == (dates.seconds(26, 3, 2, 12, 0, 0), 8)
        if len(parts) > 1:
            assert deliver.part[1:] == (len(parts), number)
            assert deliver.part[0] & 0xFFFF == (reference if wide else reference & 0xFF)


@given(numbers, any_text)
@settings(deadline=None)
def test_deliver_against_smspdudecoder(sender, text):
    for part in network_sms.deliver(sender, text, NOON):
        theirs = read_incoming_sms((b"\0" + part).hex().upper())
        ours = pdu.decode(b"\0" + part)
        assert ours.sender.lstrip("+") == theirs["sender"].lstrip("+")
        if gsm7.encode(text) is None or ours.part is None:
            assert ours.text == theirs["content"]


@given(st.binary(max_size=200))
def test_garbage_is_a_pdu_error(octets):
    _decodes_or_refuses(octets)


@given(st.text(EXTENDED, max_size=200), st.data())
def test_a_damaged_pdu_is_decoded_or_refused(text, data):
    octets = bytearray(b"\0" + network_sms.deliver("+358401234567", text, NOON)[0])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place] = data.draw(st.integers(0, 255))
    _decodes_or_refuses(bytes(octets[: data.draw(st.integers(0, len(octets)))]))


def _decodes_or_refuses(octets):
    try:
        found = pdu.decode(octets)
    except pdu.PduError:
        return
    assert isinstance(found, (pdu.Deliver, pdu.Status))


# -- the corpus ---------------------------------------------------------------------------------------------------


def _corpus(shared):
    with (shared / "data" / "pdus.tsv").open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _utc(text):
    moment = dt.datetime.fromisoformat(text)
    return int((moment - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)).total_seconds())


def test_every_pdu_of_the_corpus(shared):
    rows = _corpus(shared)
    kinds = {"DELIVER": 0, "STATUS": 0, "BAD": 0, "SUBMIT": 0}
    for row in rows:
        kinds[row["kind"]] += 1
        try:
            octets = bytes.fromhex(row["pdu_hex"])
        except ValueError:
            assert row["kind"] == "BAD" or len(row["pdu_hex"]) % 2  # a nibble lost in a capture
            octets = bytes.fromhex(row["pdu_hex"][:-1]) if row["kind"] != "BAD" else b""
        if row["kind"] in ("BAD", "SUBMIT"):
            with pytest.raises(pdu.PduError):
                pdu.decode(octets)
        else:
            _as_stated(row, pdu.decode(octets))
    assert all(kinds.values()), kinds


def _as_stated(row, found):
    number = found.recipient if row["kind"] == "STATUS" else found.sender
    assert number == row["sender_or_recipient"], row
    if row["kind"] == "STATUS":
        assert found.status == int(_note(row, "st="), 16)
        return
    if row["timestamp"]:
        stamp = row["timestamp"]
        century = "20" + stamp[2:]  # two digits say no more
        assert found.time == _utc(century), row
    text = row["text"]
    if text.startswith("hex:"):
        assert found.text.encode("latin-1").hex() == text[4:].lower(), row
    else:
        assert found.text == text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t"), row


def _note(row, name):
    return row["notes"].split(name)[1].split(";")[0]


def test_submits_of_the_corpus_can_be_made(shared):
    for row in _corpus(shared):
        if (
            row["kind"] == "SUBMIT"
            and row["sender_or_recipient"]
            and not row["text"].startswith("hex:")
            and "udh" not in row["notes"]
        ):
            text = row["text"].replace("\\n", "\n")
            number = row["sender_or_recipient"]
            assert _take_apart(pdu.submit(number, text, 1)) == (number, text)
