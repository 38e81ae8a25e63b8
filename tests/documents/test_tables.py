"""Manuals, cards and HELP say the same as the command rows."""

import re
import shutil
import subprocess

import pytest

from tools import manual
from tools.rows import rows

ALL = rows()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def test_what_is_generated_is_up_to_date():
    for path, text in manual.made(ALL):
        assert path.read_text() == text, "uv run python -m tools.manual"


def test_help_knows_the_same_words(box):
    assert set(box.boss.asks("HELP").split(" ")) == {row.word for row in ALL}


@pytest.mark.parametrize("tongue", (manual.ENGLISH, manual.GERMAN), ids=("en", "de"))
def test_every_form_is_explained_in_both_languages(tongue):
    said = manual.explanations(tongue)
    assert set(said) == {row.form for row in ALL}, "docs/commands.tsv has a line for every form"
    assert all(len(text) > 5 and text.endswith(".") for text in said.values())


def test_every_word_has_its_chapter():
    words = [word for chapter in manual.CHAPTERS for word in chapter[3].split(" ")]
    assert len(words) == len(set(words))
    assert set(words) == {row.word for row in ALL}
    for path, _ in manual.MANUALS:
        text = path.read_text()
        assert re.findall(r"<!-- rows: (\w+) -->", text) == [chapter[0] for chapter in manual.CHAPTERS]
        for row in ALL:
            assert f"| `{row.shown}` |" in text


def test_german_tables_have_no_english_words():
    for row in ALL:
        left = re.findall(
            r"\b(?:or|up to|of|letters|digits|seconds|messages|days|number|rule)\b",
            manual.GERMAN.takes(row.hint + " " + row.factory),
        )
        assert not left, (row.form, left)


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")
@pytest.mark.parametrize("path", [path for path, *_ in manual.CARDS], ids=("en", "de"))
def test_a_card_is_one_page(path, tmp_path):
    out = tmp_path / "card.pdf"
    how = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path}"]
    subprocess.run([CHROMIUM, *how, f"--print-to-pdf={out}", path.as_uri()], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page[^s]", out.read_bytes())) == 1
    text = path.read_text()
    for row in ALL:
        assert row.word in text
