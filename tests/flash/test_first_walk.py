"""From a blank board to an answered text: what a new owner sees, each step with the real MicroPython."""

import struct
import threading

import pytest

from tools.flashing import images, wizard

IMAGE = "RPI_PICO-v1.28.0.uf2"
OWNER = "+358405555555"


def uf2(family=0xE48BFF56, blocks=4) -> bytes:
    """An image as a boot loader takes it."""
    head = (
        struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, 0x10000000 + 256 * n, 256, n, blocks, family) for n in range(blocks)
    )
    return b"".join(row + bytes(476) + struct.pack("<I", 0x0AB16F30) for row in head)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / IMAGE
    path.write_bytes(uf2())
    return path


@pytest.fixture
def answers(monkeypatch):
    """Answer the questions by the words in them, as somebody at a terminal does; a callable answers when it is asked."""
    asked = []

    def script(rows):
        def answer(question):
            asked.append(question)
            found = next((value for words, value in rows.items() if words in question), "")
            return found() if callable(found) else found

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        return asked

    return script


def test_from_a_blank_pico_to_an_answered_text(make_usb, run, image, answers):
    board = make_usb(kind="blank")
    edges = []
    board.on_relay = edges.append

    def texts():
        threading.Timer(3, lambda: board.command(f"sms {OWNER} 12abcMAKEMEBOSS")).start()
        return "12abc"

    asked = answers({"click": "yes", "Your phone's number": OWNER, "password": texts, "send you a text": "no"})
    code, said = run(board, "--drive", str(board.drive), "--image", str(image))
    assert code == 0, said
    assert not board.drive.exists()
    assert edges == [True, False]
    assert [words for words in ("click", "number", "password", "text now") if words not in " ".join(asked)] == []
    assert "Now text 12abcMAKEMEBOSS" in said
    assert "It has answered: it is yours." in said
    sent = board.command("sent")
    assert sent[-1]["to"] == OWNER and "Your phone number has been assigned" in sent[-1]["text"]
    assert run(board, "--check")[0] == 0, "it knows its board"


def test_a_refused_answer_is_asked_again_and_enter_skips(usb, run, answers):
    numbers, words = ["Bob", OWNER], ["abc", "12abc"]
    asked = answers(
        {"click": "no", "phone's number": lambda: numbers.pop(0), "password": lambda: words.pop(0), "text now": "no"}
    )
    code, said = run(usb, "--wizard", "--quick")
    assert code == 0, said
    assert "Bob is no phone number" in said
    assert "Incorrect" in said or "Use" in said, said
    assert "Is the relay's coil on 5 V" in said
    assert len([question for question in asked if "phone's number" in question]) == 2


def test_no_walk_in_pipes_or_with_yes(make_usb, run, answers):
    assert "first walk" not in run(make_usb(), "--board", "RPI_PICO", "--quick")[1]
    answers({})
    assert "first walk" not in run(make_usb(), "--board", "RPI_PICO", "--quick", "--yes")[1]


def test_its_steps_are_options(usb, run, answers):
    answers({"click": "yes"})
    code, said = run(usb, "--click", "--boss", OWNER, "--password", "12abc", "--set", "SECLIST?", "--set", "ALERTNUMBER?")
    assert code == 0, said
    code, said = run(usb, "--set", "SECLIST?", "--set", "ALERTNUMBER?", "--set", "SECNUMBER?")
    assert "SECLIST=OFF,(ON)" in said and said.count(OWNER.lstrip("+")) == 2, said
    assert run(usb, "--boss", "Bob")[0] == 2
    assert run(usb, "--password", "too long")[0] == 2


def test_a_test_text(usb, run):
    assert run(usb, "--test-text")[0] == 2, "to nobody?"
    assert run(usb, "--board", "RPI_PICO", "--boss", OWNER)[0] == 0
    code, said = run(usb, "--set", "DATE=26/11/26,23:58:47+00", "--test-text")  # it need not wait for a whole minute
    assert "At 23:59" in said
    assert code == 0, said
    assert "Power socket OFF" in usb.command("sent")[-1]["text"]
    assert "empty" in run(usb, "--set", "SCHEDULER?")[1], "its rule is gone"


WELL = {"Modem": "answers", "SIM": "ready", "Network": "home", "Signal": "Good (-67dBm)", "Sensor": "22C(71F)"}


@pytest.mark.parametrize(
    ("row", "value", "words"),
    (
        ("Modem", "silent", "4.0 V"),
        ("SIM", "pin", "asks for its PIN"),
        ("SIM", "puk", "asks for its PUK"),
        ("SIM", "missing", "No SIM"),
        ("Network", "searching", "antenna"),
        ("Network", "denied", "refuses this SIM"),
        ("Signal", "Weak (-107dBm)", "signal is weak"),
        ("Sensor", "Sensor failed", "DS18B20"),
    ),
)
def test_advice(row, value, words):
    (said,) = wizard.advice({**WELL, row: value})
    assert words in said


def test_only_the_cause_is_named():
    rows = {"Modem": "not set up", "SIM": "missing", "Network": "none", "Signal": "Unknown", "Sensor": "22C(71F)"}
    assert len(wizard.advice(rows)) == 1
    assert len(wizard.advice({**rows, "Modem": "silent"})) == 1
    assert "SIM" not in "".join(wizard.advice({**rows, "SIM": "ready"}))


def test_nothing_to_advise():
    assert wizard.advice(WELL) == []


# -- images that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "words"),
    (
        (b"no image", "x-v1.28.0.uf2", "no UF2 image"),
        (uf2()[:-1], "x-v1.28.0.uf2", "not a whole one"),
        (uf2(0xE48BFF59), "x-v1.28.0.uf2", "is for RP2350, the board"),
        (uf2(0x12345678), "x-v1.28.0.uf2", "is for another chip"),
        (uf2(), "x.bin", "ends in .uf2"),
        (None, "x.uf2", "no such file"),
    ),
)
def test_a_wrong_image_goes_nowhere(make_usb, run, tmp_path, content, name, words):
    board = make_usb(kind="blank")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, said = run(board, "--board", "RPI_PICO", "--drive", str(board.drive), "--image", str(tmp_path / name))
    assert code == 2
    assert words in " ".join(said.split()), said
    assert [path.name for path in board.drive.iterdir()] == ["INFO_UF2.TXT"]


def test_without_consent_nothing_is_downloaded(make_usb, run, tmp_path):
    board = make_usb(kind="blank")
    code, said = run(board, "--drive", str(board.drive))
    assert code == 2
    assert "The board needs RPI_PICO, MicroPython 1.28.0: https://micropython.org/download/RPI_PICO/" in " ".join(said.split())
    code, said = run(board, "--drive", str(tmp_path))
    assert "is not the drive of a Pico" in " ".join(said.split())


def test_another_image_onto_a_board_that_has_one(usb, run, image):
    """The board is sent into its boot loader; its files stay."""
    ask = ("--set", "RESTARTTIME=33", "--set", "RESTARTTIME?")
    assert run(usb, *ask)[0] == 0
    code, said = run(usb, "--image", str(image), "--drive", str(usb.drive), "--quick", ask[-2], ask[-1])
    assert code == 0, said
    assert "Copying " in said and "0 of " in said and "RESTARTTIME=33 seconds" in said


def test_the_drive_is_found_among_those_of_the_system(monkeypatch, tmp_path):
    from types import SimpleNamespace

    import psutil

    for name in ("usb stick", "RPI-RP2"):
        (tmp_path / name).mkdir()
    (tmp_path / "RPI-RP2" / images.INFO).write_text("Board-ID: RPI-RP2\r\n")
    monkeypatch.setattr(
        psutil,
        "disk_partitions",
        lambda: [SimpleNamespace(mountpoint=str(path)) for path in sorted(tmp_path.iterdir(), reverse=True)],
    )
    found = images.find_drive()
    assert found == tmp_path / "RPI-RP2"
    assert images.drive_kind(found) == "RPI-RP2"


# -- a SIM that asks for its PIN ---------------------------------------------------------------------------------


def _locked(board):
    """Its SIM asks for its PIN from now on."""
    board.scene.modem.asks_pin, board.scene.modem.sim = True, "SIM PIN"
    return board


def test_the_pin_is_given_once_and_not_asked_for_again(usb, run):
    board = _locked(usb)
    code, said = run(board, "--pin", "1234")
    assert code == 0, said
    assert "will not ask for its PIN again" in said
    assert not board.scene.modem.asks_pin
    assert run(board, "--board", "RPI_PICO")[0] == 0, "it is in the network"


def test_a_wrong_pin_is_tried_once(usb, run):
    board = _locked(usb)
    code, said = run(board, "--pin", "9999")
    assert code == 1
    assert "did not take it" in said and "blocks it" in said
    assert board.scene.modem.pin_tries == 2
    assert run(board, "--pin", "12")[0] == 2
    assert board.scene.modem.pin_tries == 2


def test_the_walk_asks_for_the_pin(usb, run, answers, monkeypatch):
    monkeypatch.setattr(wizard, "PHONE_S", 1)
    board = _locked(usb)
    asked = answers({"click": "yes", "SIM's PIN": "1234"})
    code, said = run(board, "--wizard", "--quick")
    assert "No text has come" in said
    assert "The SIM asks for its PIN" in said and "will not ask for its PIN again" in said, said
    assert any("PIN" in question for question in asked)
