"""What a visitor stumbles over once: first look, drafts, long texts, loads, cut power, captions, narrow and plain screens."""

import re

import pytest
from playwright.sync_api import expect

from tests.page.conftest import CHROMIUM
from tests.page.test_page import registered, text

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")


def test_the_first_look_says_what_it_is_and_starts_a_story(open_page):
    page = open_page()
    expect(page.locator("#welcome")).to_contain_text("a mains socket that you text")
    page.get_by_role("button", name="Show me").click()
    expect(page.locator("#caption")).to_contain_text("A new box is plugged in")
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.get_by_role("button", name="Close")).to_be_hidden()
    page.get_by_role("button", name="End story").click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#story")).to_be_hidden()


def test_a_draft_outlives_a_reload_and_stays_with_its_phone(open_page):
    page = open_page()
    field = page.get_by_label("Text to the socket")
    field.fill("SCHEDULER+08:00")
    page.get_by_role("tab", name="Family").click()
    expect(field).to_have_value("")
    page.get_by_role("tab", name="Boss").click()
    expect(field).to_have_value("SCHEDULER+08:00")
    page.reload()
    expect(page.get_by_label("Text to the socket")).to_have_value("SCHEDULER+08:00")


def test_a_long_text_is_told_why_nothing_comes(open_page):
    page = open_page()
    registered(page)
    field, hint = page.get_by_label("Text to the socket"), page.locator("#hint")
    field.fill("SCHEDULER+08:00,1-5,SOT=21.5C;STATUS;12abcRESTARTTIME?")
    expect(hint).to_be_hidden()
    field.fill("PLEASE " * 57)
    expect(hint).to_contain_text("up to 30 letters")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#bubbles li.note").last).to_contain_text("the socket ignores longer ones")
    expect(hint).to_be_hidden()
    text(page, "STATUS", "Signal")
    assert page.locator("#bubbles li.theirs").count() == 1


def test_pump_and_freezer_are_drawn_as_such(open_page):
    page = open_page()
    registered(page)
    pick = page.get_by_label("On it")
    for load in ("heater", "freezer", "pump", "lamp"):
        pick.select_option(load)
        expect(page.locator(f"#{load}")).to_be_visible()
        assert page.locator("#load .thing:visible").count() == 1
    pick.select_option("pump")
    expect(page.locator("#door")).to_be_hidden()
    page.get_by_role("button", name="Let the water rise").click()
    expect(page.locator("#scene")).to_have_class(re.compile("contact"))
    page.get_by_role("button", name="Let it fall").click()
    page.get_by_label("Rain").check()
    expect(page.locator("#rain")).to_be_visible()
    expect(page.locator("#sun")).to_be_hidden()


def test_the_plug_keeps_its_cord_and_power_that_was_cut_comes_back(open_page):
    page = open_page()
    page.get_by_role("button", name="Pull the plug").click()
    expect(page.locator("#plug .cord.out")).to_be_visible()
    page.get_by_role("button", name="Plug it in").click()
    expect(page.locator("#plug .cord.in")).to_be_visible()
    page.get_by_role("button", name="Cut all power").click()
    expect(page.locator("#summary")).to_contain_text("No power at all")
    expect(page.get_by_role("button", name="Pull the plug")).to_be_hidden()
    page.get_by_role("button", name="Plug it in").click()
    expect(page.locator("#summary")).not_to_contain_text("No power at all")


def test_the_load_s_plug_sits_in_the_middle(open_page):
    page = open_page()
    plug, hole = (page.locator(part).bounding_box() for part in ("#load > .plughead", "#device .ring"))
    for corner, side in (("x", "width"), ("y", "height")):
        assert abs(plug[corner] + plug[side] / 2 - hole[corner] - hole[side] / 2) < 1


def test_ready_made_texts_are_whole(open_page):
    page = open_page("phone")
    frame = page.locator("#chips").bounding_box()
    for chip in page.locator("#chips button").all():
        box = chip.bounding_box()
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_messages_are_a_list_and_words_in_the_scene_can_be_read(open_page):
    page = open_page(scheme="dark")
    registered(page)
    text(page, "ON", "Power socket ON")
    expect(page.get_by_role("log", name="Messages").get_by_role("list").get_by_role("listitem")).to_have_count(2)
    assert page.evaluate(_SCENE_CONTRAST) >= 4.5
    assert page.locator("#night ~ #room").count() == 1, "night does not lie on the words"


def test_forced_colours_keep_what_is_chosen_apart(open_page):
    page = open_page(forced_colors="active")
    chosen, other = (page.get_by_role("tab", name=name) for name in ("Boss", "Family"))
    look = "(e) => getComputedStyle(e).backgroundColor"
    assert chosen.evaluate(look) != other.evaluate(look)
    expect(page.locator("#scene")).to_have_css("forced-color-adjust", "none")


_SCENE_CONTRAST = """(() => {
  const light = (color) => { const [r, g, b] = color.match(/[0-9.]+/g).slice(0, 3).map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const wall = light(getComputedStyle(document.querySelector('.wall')).fill);
  return Math.min(...[...document.querySelectorAll('#scene > text')].map((e) => { const a = light(getComputedStyle(e).fill); return (Math.max(a, wall) + .05) / (Math.min(a, wall) + .05); }));
})()"""
