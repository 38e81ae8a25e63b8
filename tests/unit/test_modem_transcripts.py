"""What real modems answered, compared by form with what the simulated modem says to the same host lines.

A form: a line with its letters, commas and blanks, its numbers and strings left out. Skipped without ../shared.
"""

import re

import pytest

from tests.conftest import SHARED
from tools.simulator.modem.alone import Alone
from tools.simulator.modem.profiles import PROFILES
from tools.simulator.network import sms

FOLDER = SHARED / "data" / "transcripts"
FILES = sorted(FOLDER.glob("*.txt")) if FOLDER.exists() else []
_FINAL = re.compile(r"OK|ERROR|\+CM[ES] ERROR: .*|NO CARRIER|BUSY|> *")
# other makes: their lines are for drivers to survive, a SIM800 does not say them; below, the forms that they share
OTHER_MODEMS = {
    "07-": "SIM900: rubbish instead of OK at AT+CFUN=1,1", "16-": "Quectel EG25", "17-": "SIM7600", "48-": "phones of five makers",
    "49-": "phones: CSCA without quotes, lists with blanks", "50-": "phones and 3G sticks: a third field, missing quotes",
    "62-": "A7670E", "63-": "A7670E", "64-": "A7670E", "65-": "SIM7600", "67-": "SIM7600", "68-": "SIM7600", "74-": "Ai-Thinker A6",
}  # fmt: skip
# (file, host line): why the simulated modem says something else
DIFFERENCES = {
    ("14-", 'AT+CMGS="0123456789"'): "the log runs two commands into one another: an error, and then a prompt",
    ("03-", "AT+SAPBR=1,1"): "no bearers: packet data is not simulated",
    ("03-", "AT+HTTPINIT"): "no bearers",
    ("10-", "AT+COPS?"): "the notes of that session show the answers of three commands in one place",
    ("33-", "AT\\n"): "NUL bytes between the replies: a line that is not well",
    ("20-", "AT+CGATT=1"): "an attach that fails while the network is busy: the simulated one attaches",
    ("20-", 'AT+SAPBR=3,1,"CONTYPE","GPRS"'): "no bearers: packet data is not simulated",
    ("20-", "AT+SAPBR=0,1"): "no bearers",
    ("27-", 'AT+SAPBR=3,1,"Contype","GPRS"'): "no bearers",
    ("27-", "AT+SAPBR=2,1"): "no bearers",
    ("27-", "AT+SAPBR=1,1"): "no bearers",
    ("26-", "at+cops=?"): "three operators in France, one here",
    ("44-", "AT+CMGR=1"): "a space after the first comma, in this one log only",
    ("72-", "AT&V"): "the log's listing overran its reader",
}


def _exchanges(path):
    """[(host line, lines up to the final result)]; echoes and empty lines left out."""
    text = path.read_text(errors="surrogateescape")
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    marked = any(line.startswith("> ") for line in lines)
    found = []
    for line in lines:
        host = line[2:] if marked and line.startswith("> ") else line if not marked and line[:2].upper() == "AT" else None
        if host is not None:
            found.append((host.replace("\\r", "").strip(), []))
        elif found:
            said = re.sub(r"^(\+[\d.]+ )?<\s?", "", line) if marked else line
            found[-1][1].extend(part for part in re.split(r"\\r|\\n", said) if part.strip() and part != found[-1][0])
    return [(host, _until_final(said)) for host, said in found if host[:2].upper() == "AT"]


def _until_final(said):
    for place, line in enumerate(said):
        if _FINAL.fullmatch(line):
            return said[: place + 1]
    return said


def _form(line):
    line = line.strip()
    if _FINAL.fullmatch(line) or line.startswith("+"):
        return re.sub(r"[+-]?\d+", "0", re.sub(r'"[^"]*"', '""', line)) if not line.startswith("+CM") else _error_form(line)
    return "text"


def _error_form(line):
    return re.sub(r'"[^"]*"', '""', re.sub(r"\d+", "0", line))


def _too_early(alone):
    alone.modem.power_off()
    alone.modem.power_on()
    alone.run(1500)


def _locked(alone):
    alone.modem.sim, alone.modem.pin = "SIM PIN", "0000"
    alone.modem.restart()
    alone.run(3000)


def _no_card(alone):
    alone.modem.sim = "NOT INSERTED"


def _store(indexes, text, sender):
    def put(alone):
        alone.says("AT+CMGF=1")
        for index in indexes:
            alone.modem.store[index] = [1, sms.deliver(sender, text, alone.network.local())[0]]

    return put


def _codes(alone):
    for code in ("*100#", "*102#"):
        alone.network.ussd[code] = (500, 0, "200.00 р.", 72)
    for code in ("#111#", "#122#", "#99#"):
        alone.network.ussd[code] = (500, 1, "one\nmenu", 15)


SCENES = {  # beginning of a file's name: (what has happened before, profile)
    "10-": _locked, "11-": lambda alone: (_locked(alone), _codes(alone)), "12-": _codes, "13-": _no_card, "14-": _too_early,
    "15-": _too_early, "26-": _too_early, "55-": _codes, "42-": _store((96, 97), "osci 2 zl", "Play"),
    "43-": _store((1,), "text", "+447700900123"), "21-": lambda alone: (_store((0,), "Arrêter", "+1234567890")(alone), alone.says('AT+CSCS="UCS2"')),
    "44-": _store((1,), "Hello", "+447700900123"),
    "53-": lambda alone: alone.network.phone("+447700900123").call(),
}  # fmt: skip
_SIM800C = ("10-", "11-", "12-", "40-", "73-")


@pytest.fixture
def heard(request):
    """The exchanges of a transcript, and a modem in the same situation."""
    path = request.param
    profile = PROFILES["SIM800C" if path.name[:3] in _SIM800C else "SIM800L"]
    alone = Alone(profile)
    alone.modem.capacity = 100
    SCENES.get(path.name[:3], lambda alone: None)(alone)
    alone.raw(b"", 1)
    return path.name, _exchanges(path), alone


_MINE = [path for path in FILES if path.name[:3] not in OTHER_MODEMS]


@pytest.mark.parametrize("heard", _MINE, ids=lambda path: path.stem, indirect=True)
def test_the_same_lines_have_the_same_form(heard):
    name, exchanges, alone = heard
    wrong = {}
    for host, said in exchanges:
        ours = _until_final([line for line in alone.says(host, _patience(name, host)) if line != host])
        if ours[-1:] == ["> "]:
            alone.says(b"\x1b")
        if not _alike(said, ours):
            wrong[host] = said, ours
    assert set(wrong) == {host for beginning, host in DIFFERENCES if beginning == name[:3]}, wrong


def _patience(name, host):
    """ms: for a search of operators long, during a start short."""
    return 25_000 if "cops=?" in host else 100 if name[:3] in ("14-", "15-", "26-") else 5000


def _alike(said, ours):
    """The form of each line that one of both said, unsolicited ones left out; a reply without a final result: its lines."""
    theirs, mine = ([_form(line) for line in lines if not _unasked(line)] for lines in (said, ours))
    if theirs and not _FINAL.fullmatch(said[-1]):
        mine = mine[: len(theirs)]
    return not theirs or theirs == mine


def _unasked(line):
    return line.startswith(
        (
            "+CTZV",
            "*PSUTTZ",
            "DST",
            "+CIEV",
            "+CMTI",
            "+CREG: 1",
            "RING",
            "+CLIP",
            "SMS Ready",
            "Call Ready",
            "+CGREG: 1",
            "+CPIN: READY",
        )
    )


def test_differences_are_about_lines_that_exist():
    if not FILES:
        pytest.skip("../shared is not here")
    known = {(path.name[:3], host) for path in FILES for host, _ in _exchanges(path)}
    assert set(DIFFERENCES) <= known, set(DIFFERENCES) - known


@pytest.mark.parametrize(("beginning", "code"), [("55-", "*100#"), ("57-", "*100#")])
def test_the_network_s_answers_have_the_same_form(shared, beginning, code):
    (path,) = FOLDER.glob(f"{beginning}*")
    theirs = [_form(line[2:]) for line in path.read_text().split("\n") if line.startswith("< +CUSD")]
    alone = Alone()
    if beginning == "55-":
        _codes(alone)
    else:
        alone.network.ussd.clear()
    (ours,) = [_form(line) for line in alone.says(f'AT+CUSD=1,"{code}"', 5000) if line.startswith("+CUSD")]
    assert set(theirs) == {ours}


@pytest.mark.parametrize(("read", "form"), [
    ("+CSCA?", r'\+CSCA: "[^"]*",\d+'), ("+CREG?", r"\+CREG: \d,\d"), ("+CPMS=?", r"\+CPMS: (\(.*\),?){3}"), ("+CNMI=?", r"\+CNMI: (\([-\d,]+\),?){5}"),
    ("+CMGF=?", r"\+CMGF: \(0,1\)"),
])  # fmt: skip
def test_read_and_test_forms_that_every_modem_of_the_logs_shares(read, form):
    lines = Alone().says("AT" + read)
    assert re.fullmatch(form, lines[0]) and lines[-1] == "OK"


# -- unsolicited lines --------------------------------------------------------------------------------------------

_UNASKED = (
    "RDY",
    "+CFUN",
    "+CPIN",
    "Call Ready",
    "SMS Ready",
    "+CMTI",
    "+CMT:",
    "+CLIP",
    "RING",
    "*PSUTTZ",
    "DST",
    "+CTZV",
    "+CIEV",
    "UNDER",
)
# forms of real lines that the simulated modem does not say, and why
FORMS_THAT_DIFFER = {
    '+CMTI: "",0,"",0,0': "a WAP push: no such messages here",
    '+CMT: ,0': "the alpha left out, not empty: a phone's form in gammu's test data",
    '*PSUTTZ: 0,0,0,0,0,0': "cut off by a full buffer: network.nitz_cut",
}  # fmt: skip


def _unasked_form(line):
    return re.sub(r"[+-]?\d+", "0", re.sub(r'"[^"]*"', '""', line.strip()))


def _real_unasked():
    """{form: file} of the unsolicited lines of SIM800s."""
    found = {}
    for path in _MINE:
        if path.name[:3] in ("32-", "06-"):  # noise on the line
            continue
        for line in path.read_text(errors="surrogateescape").split("\n"):
            line = re.sub(r"^(\+[\d.]+ )?<\s?", "", line).split("\\r")[0]
            if line.startswith(_UNASKED) and "\\x" not in line:
                found.setdefault(_unasked_form(line), path.name)
    return found


def _our_unasked():
    """The forms of everything that one says without being asked."""
    alone = Alone(boots=False, CLTS="1", CREG="1")
    alone.modem.power_on()
    said = alone.says(b"", 20_000)
    alone.says("AT+CLIP=1")
    for number in (None, ""):
        call = alone.network.phone("+447700900123").call(number)
        said += alone.says(b"", 100)
        alone.modem.remote_hang_up(call)
    alone.network.send_to_device("+447700900123", "Hi")
    said += alone.says(b"", 3000)
    alone.says("AT+CNMI=2,2,0,0,0;+CMGF=1")
    alone.network.send_to_device("+447700900123", "Hi")
    said += alone.says(b"", 3000)
    alone.modem.under_voltage()
    said += alone.says(b"")
    locked = Alone(boots=False)
    for state in ("SIM PIN", "NOT INSERTED"):
        locked.modem.sim = state
        locked.modem.restart()
        said += locked.says(b"", 9000)
    return {_unasked_form(line) for line in said}


def test_unsolicited_lines_have_the_form_of_real_ones():
    if not FILES:
        pytest.skip("../shared is not here")
    ours = _our_unasked()
    wrong = {form: path for form, path in _real_unasked().items() if form not in ours and form not in FORMS_THAT_DIFFER}
    assert not wrong
