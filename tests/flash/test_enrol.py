"""One-time codes: `tools/flash.py --enrol`, and where the secret goes."""

import json
import re
import time

import pytest
import segno

from tests.flash.conftest import ask
from tools.flashing import enrol


@pytest.fixture
def shown(monkeypatch):
    """The phone: it reads the secret that is shown, and types its code, or a wrong one."""
    seen = {}
    terminal = segno.QRCode.terminal

    def scan(qr, *arguments, **how):
        seen["modules"] = qr.symbol_size()[0]
        return terminal(qr, *arguments, **how)

    make = enrol.new_secret

    def made():
        seen["secret"] = make()
        return seen["secret"]

    def answer(question):
        good = enrol.code(seen["secret"], time.time())
        return good[:3] + " " + good[3:] if seen.get("right", True) else f"{(int(good) + 1) % 1000000:06d}"

    monkeypatch.setattr(segno.QRCode, "terminal", scan)
    monkeypatch.setattr(enrol, "new_secret", made)
    monkeypatch.setattr("builtins.input", answer)
    return seen


def kept(run, board, tmp_path, *options):
    """What a backup holds."""
    file = tmp_path / "backup.json"
    assert run(board, "--settings", "backup", str(file), *options)[0] == 0
    return json.loads(file.read_text())


def test_a_secret_of_its_own():
    made = {enrol.new_secret() for _ in range(20)}
    assert len(made) == 20 and all(re.fullmatch("[A-Z2-7]{32}", secret) for secret in made)
    assert enrol.code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"  # RFC 6238
    assert enrol.address("ABC", "My hut") == "otpauth://totp/TextSocket%3AMy%20hut?secret=ABC&issuer=TextSocket"


def test_enrol(usb, run, shown, tmp_path):
    code, said = run(usb, "--enrol")
    assert code == 0, said
    assert shown["modules"] > 20
    assert "otpauth://totp/TextSocket%3A" in said and f"secret={shown['secret']}&issuer=TextSocket" in said
    assert not [line for line in ask(usb, "LOG") if shown["secret"] in line]
    data = kept(run, usb, tmp_path)
    assert "otp" not in data and shown["secret"] not in json.dumps(data)
    assert kept(run, usb, tmp_path, "--secrets")["otp"] == shown["secret"]
    (tmp_path / "backup.json").write_text(json.dumps(data))  # a backup without it ends no codes
    assert run(usb, "--settings", "restore", str(tmp_path / "backup.json"))[0] == 0
    assert kept(run, usb, tmp_path, "--secrets")["otp"] == shown["secret"]
    assert run(usb, "--enrol-off")[0] == 0
    assert "otp" not in kept(run, usb, tmp_path, "--secrets")


def test_a_wrong_code_ends_it(usb, run, shown, tmp_path):
    shown["right"] = False
    code, said = run(usb, "--enrol")
    assert code == 1
    assert "not the code" in said
    assert "otp" not in kept(run, usb, tmp_path, "--secrets")
