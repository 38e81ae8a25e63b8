"""What real modems said, played at the driver: no exception, the device goes on, nothing that matters is lost."""

import pytest

from tests.conftest import SHARED
from tools.simulator.box import MINUTE

FOLDERS = ("transcripts", "transcripts-4g")
FILES = [path for folder in FOLDERS for path in sorted((SHARED / "data" / folder).glob("*.txt"))]


def _octets(path):
    """The bytes that the modem wrote, in pieces: one for each run of lines."""
    text = path.read_text(errors="surrogateescape")
    body = [line for line in text.split("\n") if not line.startswith(("# ", "## "))]
    marked = any(line.startswith(("> ", "< ")) or "< " in line[:12] for line in body)
    pieces = []
    for line in body:
        if marked:
            if line.startswith(">"):
                continue
            line = line.split("< ", 1)[1] if "< " in line else ""
        line = line.replace("\\r", "\r").replace("\\n", "\n").replace("\\x02", "\x02").replace("\\x00", "\x00")
        pieces.append((line + "\r\n").encode("utf-8", "surrogateescape"))
    return pieces


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_transcript(box, path):
    pieces = _octets(path)
    assert pieces
    box.boss.asks("STATUS")
    for pause_ms in (0, 700):
        for piece in pieces:
            box.line.from_modem(piece)
            box.run(pause_ms)
        box.run(5 * MINUTE)
    box.boss.reads_all()
    assert box.boss.asks("ON") == "Power socket ON"
    box.boss.receives_nothing()
    assert [on for _, on in box.relay.moves(1)] == [True]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_transcript_inside_a_reply(box, path):
    """The same lines while the device waits for the answer to AT+CMGR."""
    pieces = _octets(path)
    box.modem.delays["+CMGR"] = 1500
    box.boss.texts("ON")
    box.run(1500)
    for piece in pieces:
        box.line.from_modem(piece)
    box.until(lambda: box.relay.on, 10 * MINUTE)
    assert box.boss.receives(10 * MINUTE) == "Power socket ON"
    assert [on for _, on in box.relay.moves(1)] == [True]
    box.run(5 * MINUTE)
    assert not box.modem.store
