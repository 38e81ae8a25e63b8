"""What the documents say the device does, played on the virtual board; and their other promises."""

import re

import pytest

from tests.conftest import ROOT
from tests.documents.play import Play, blocks

BLOCKS = list(blocks())
DOCS = ROOT / "docs"


@pytest.mark.parametrize(("where", "lines"), BLOCKS, ids=[where for where, _ in BLOCKS])
def test_a_statement(make_box, where, lines):
    play = Play(None if all(line.startswith("see ") for line in lines) else make_box().on())
    for line in lines:
        try:
            play.line(line)
        except AssertionError as error:
            raise AssertionError(f"docs/{where}: {line}: {error}") from error


def test_every_chapter_of_the_manual_is_tried():
    """A chapter that says what the device does has a block, or is only its table."""
    chapters = re.split(r"^## ", (DOCS / "manual.md").read_text(), flags=re.M)[1:]
    untried = []
    for chapter in chapters:
        said = re.sub(r"<!-- rows.*?<!-- end -->|^\|.*\n", "", chapter.partition("\n")[2], flags=re.S | re.M).strip()
        if said and "<!-- tried" not in chapter:
            untried.append(chapter.partition("\n")[0])
    assert not untried


@pytest.mark.parametrize(
    "wrong",
    ("`not listed:", "CREDIT - Execute error!", "names its page", "better, `MAKEMEBOSS`", "odd spaces", "--target / takes"),
)
def test_what_was_wrong_is_gone(wrong):
    for path in DOCS.rglob("*.md"):
        assert wrong not in path.read_text(), path.name


def test_lines_of_the_log_exist():
    """Each line that troubleshooting explains is one that the firmware writes."""
    source = "\n".join(path.read_text() for path in (ROOT / "firmware").rglob("*.py"))
    chapter = (DOCS / "troubleshooting.md").read_text().partition("## What the log says")[2].partition("\n## ")[0]
    lines = [line for row in re.findall(r"^\| (`.*?) \|", chapter, re.M) for line in re.findall(r"`([^`]+)`", row)]
    assert len(lines) > 8
    words = {part.strip() for line in lines for part in re.split(r"(?<=\w): |\d+|,", line) if part.strip()}
    assert not {word for word in words if word not in source}


def test_a_healthy_start_logs_no_trouble(box):
    box.run(120_000)
    assert not [line for line in box.log if "trouble" in line or "error" in line], "\n".join(box.log)


def test_trouble_that_lasts_is_logged_once_with_its_end(box):
    box.network.go_down()
    box.run(10 * 60_000)
    assert len([line for line in box.log if "modem: trouble" in line]) == 1, "\n".join(box.log)
    box.network.come_up()
    box.run(10 * 60_000)
    assert len([line for line in box.log if "modem: well again" in line]) == 1, "\n".join(box.log)


def test_the_ladder_of_the_architecture_is_the_firmware_s():
    text = (DOCS / "architecture.md").read_text().partition("<!-- ladder -->")[2].partition("<!-- end -->")[0]
    named = set(re.findall(r"[a-z0-9_]+", text))
    files = {path.stem for path in (ROOT / "firmware").rglob("*.py")} - {"__init__"}
    assert files - named == set(), "in no step"
    first = {re.split(r"[ ,/]", line)[0] for line in text.strip("`\n").splitlines() if line}
    assert first - files - {"commands", "sms", "cellular"} == set()
    assert len(re.findall(r"`(?:board|modem|network|room|page)/`", (DOCS / "architecture.md").read_text())) == 5


def test_the_shopping_list_adds_up():
    text = (DOCS / "choosing.md").read_text()
    table = text.partition("<!-- parts -->")[2].partition("<!-- end -->")[0]
    prices = re.findall(r"^\| [^|*]+ \| (\d+\.\d\d) \|", table, re.M)
    total = re.search(r"\*\*total\*\* \| \*\*(\d+\.\d\d)\*\*", table)[1]
    assert len(prices) >= 12
    assert sum(round(float(price) * 100) for price in prices) == round(float(total) * 100)
    year = text.partition("a year, as of")[2].partition("\n\n")[0]
    for column in (0, 1):
        euros = [float(row[column]) for row in re.findall(r"^\| (?!\*)[^|]+ \| ([\d.]+) EUR \| ([\d.]+) EUR \|", year, re.M)]
        sum_ = re.search(r"\| a year \| \*\*(\d+) EUR\*\* \| \*\*(\d+) EUR\*\*", year)[column + 1]
        assert len(euros) == 3
        assert round(sum(euros)) == int(sum_)


def test_the_readme_is_one_screen_with_two_commands_and_a_picture():
    promise = (ROOT / "README.md").read_text().partition("## Changes")[0]
    assert len(promise.splitlines()) <= 50
    assert promise.count("```") == 4
    assert promise.count("![") == 1


def test_the_documents_name_existing_files():
    for path in (
        DOCS / "card.html",
        DOCS / "de" / "karte.html",
        DOCS / "de" / "handbuch.md",
        *(DOCS / f"{name}.md" for name in ("choosing", "faq", "glossary", "legal")),
    ):
        assert path.stat().st_size > 1000, path
