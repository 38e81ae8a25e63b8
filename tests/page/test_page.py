"""The page in Debian's chromium: what a newcomer does with it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.page.conftest import CHROMIUM, SIZES

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")


def registered(page):
    """Wait until the box is in the network, ten times as fast."""
    page.get_by_role("button", name="10×").click()
    expect(page.locator("#summary")).to_contain_text("In the network")


def text(page, words, reply):
    """Send a text and see the reply."""
    page.get_by_label("Text to the socket").fill(words)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#bubbles li.theirs").last).to_contain_text(reply)


def test_a_newcomer(open_page):
    """MAKEMEBOSS, ON, the lamp glows, the plug is pulled, the alert is read."""
    page = open_page()
    registered(page)
    text(page, "MAKEMEBOSS", "has been assigned for all types of alerts")
    text(page, "ON", "Power socket ON")
    expect(page.locator("#scene")).to_have_class(re.compile("powered"))
    expect(page.locator("#led-out")).to_have_class(re.compile("lit"))
    expect(page.locator("#bubbles li.mine .ticks").last).to_have_text("✓✓")
    page.get_by_role("button", name="Pull the plug").click()
    expect(page.locator("#bubbles li.theirs").last).to_contain_text("ALERT! Power supply FAILURE")
    expect(page.locator("#scene")).not_to_have_class(re.compile("powered"))
    expect(page.locator("#summary")).to_contain_text("there is no mains")


def test_the_button_switches_and_held_erases(open_page):
    page = open_page()
    registered(page)
    press = page.get_by_role("button", name="Press the button")
    press.click(delay=200)
    expect(page.locator("#scene")).to_have_class(re.compile("powered"))
    press.focus()
    page.keyboard.press("Space", delay=200)
    expect(page.locator("#scene")).not_to_have_class(re.compile("powered"))
    text(page, "RESTARTTIME=33", "OK")
    page.get_by_role("button", name="Hold it 10 s").click()
    expect(page.locator("#trace")).to_contain_text("factory reset")
    expect(page.locator("#trace")).to_contain_text("started, factory reset")
    registered(page)
    text(page, "RESTARTTIME?", "RESTARTTIME=10 seconds")


def test_a_story(open_page):
    page = open_page()
    start = time.monotonic()
    page.get_by_role("button", name="First start").click()
    expect(page.locator("#caption")).to_contain_text("A new box is plugged in")
    expect(page.locator("#caption")).to_contain_text("STATUS tells how it is", timeout=90_000)
    expect(page.locator("#scene")).to_have_class(re.compile("powered"))
    assert time.monotonic() - start < 120
    page.get_by_role("button", name="End story").click()
    expect(page.get_by_role("button", name="End story")).to_be_hidden()


def test_a_reload_loses_nothing_and_two_windows_agree(open_page):
    page = open_page()
    registered(page)
    text(page, "ON", "Power socket ON")
    page.get_by_role("tab", name="Family").click()
    text(page, "STATUS", "Signal: Good")

    def conversation(window):
        return window.locator("#bubbles li").all_inner_texts()

    before = conversation(page)
    log = page.locator("#trace").inner_text().splitlines()[:5]
    page.reload()
    expect(page.get_by_role("tab", name="Family")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#bubbles li")).to_have_count(len(before))
    assert conversation(page) == before
    assert page.locator("#trace").inner_text().splitlines()[:5] == log
    other = open_page("phone", "dark")
    other.get_by_role("tab", name="Family").click()
    assert conversation(other) == before
    text(other, "OFF", "Power socket OFF")
    expect(page.locator("#bubbles li.theirs").last).to_contain_text("Power socket OFF")
    expect(page.locator("#scene")).not_to_have_class(re.compile("powered"))


def test_phones_faults_time_and_traces(open_page):
    page = open_page()
    registered(page)
    text(page, "MAKEMEBOSS", "assigned")
    page.get_by_role("tab", name="Stranger").click()
    page.get_by_label("Text to the socket").fill("ON")
    page.keyboard.press("Enter")
    expect(page.locator("#bubbles li.mine .ticks").last).to_have_text("✓✓")
    page.get_by_role("tab", name="Withheld").click()
    expect(page.get_by_label("Text to the socket")).to_be_disabled()
    page.get_by_role("button", name="Call the socket").click()
    expect(page.locator("#ringing")).to_be_visible()
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#ringing")).to_be_hidden()
    page.get_by_role("tab", name="Boss").click()
    page.get_by_label("No network").check()
    expect(page.locator("#summary")).to_contain_text("Searching for the network")
    text_before = page.locator("#bubbles li.theirs").count()
    page.get_by_role("button", name="Open the door").click()
    page.get_by_label("No network").uncheck()
    expect(page.locator("#summary")).to_contain_text("In the network")
    assert page.locator("#bubbles li.theirs").count() == text_before
    page.get_by_role("tab", name="AT traffic").click()
    page.get_by_label("Filter").fill("CSQ")
    expect(page.locator("#trace")).to_contain_text("+CSQ")
    assert all("CSQ" in line for line in page.locator("#trace").inner_text().splitlines() if line)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    clock = page.locator("#clock").inner_text()
    page.wait_for_timeout(400)
    assert page.locator("#clock").inner_text() == clock
    page.get_by_role("button", name="1×", exact=True).click()
    page.get_by_label("Date").fill("2030-05-06T07:08:09")
    page.get_by_role("button", name="Set").click()
    expect(page.locator("#clock")).to_contain_text("2030-05-06 07:08")


def test_a_text_for_another_phone_is_announced(open_page):
    page = open_page()
    registered(page)
    text(page, "MAKEMEBOSS", "assigned")
    page.get_by_role("tab", name="Family").click()
    page.get_by_role("button", name="Pull the plug").click()
    toast = page.locator("#toasts button")
    expect(toast).to_contain_text("Boss")
    expect(page.get_by_role("tab", name="Boss").locator(".badge")).to_have_text("1")
    page.get_by_role("tab", name="Boss").click()
    expect(page.locator("#bubbles li.theirs").last).to_contain_text("Power supply FAILURE")


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_everything_has_a_name(open_page, size, scheme, tmp_path):
    page = open_page(size, scheme)
    width, _ = SIZES[size]
    page.get_by_role("button", name="60×").click()
    expect(page.locator("#pace")).to_have_text("60×")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("#theme", "#clock", "#scene", "#bubbles", "#composer", "#stories", "#trace"):
        found = page.locator(part)
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= width + 1, part
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, textarea, svg[role=img]')].filter((e) => !e.closest('[hidden]')).filter((e) =>
        !(e.innerText?.trim() || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length)).length"""
    )
    assert nameless == 0
    ratio = page.evaluate(_CONTRAST)
    assert ratio >= 4.5, f"{ratio:.1f}"
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert (tmp_path / "page.png").stat().st_size > 20_000


_CONTRAST = """(() => {
  const light = (color) => { const [r, g, b] = color.match(/[0-9.]+/g).slice(0, 3).map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== 'rgba(0, 0, 0, 0)' && !c.startsWith('color')) return c; } return 'rgb(255,255,255)'; };
  const words = [...document.querySelectorAll('h1, p, button, summary, label, .quiet, li, pre')].filter((e) => e.offsetParent && e.innerText?.trim());
  return Math.min(...words.map((e) => { const a = light(getComputedStyle(e).color), b = light(ground(e)); return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); }));
})()"""


def test_keyboard_alone(open_page):
    page = open_page()
    registered(page)
    page.get_by_role("tab", name="Boss").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Family")).to_be_focused()
    page.get_by_label("Text to the socket").focus()
    page.keyboard.type("ON")
    page.keyboard.press("Enter")
    expect(page.locator("#bubbles li.theirs").last).to_contain_text("Power socket ON")
    page.get_by_role("button", name="Open the door").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close the door")).to_be_focused()
