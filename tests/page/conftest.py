"""A browser, a simulator, windows of its page."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
expect.set_options(timeout=20_000)
SIZES = {"desktop": (1440, 900), "phone": (390, 844), "narrow": (320, 640)}


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of a worker."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def address():
    """A simulator of its own, as the README starts it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tools.simulator", "--port", str(9000 + os.getpid() % 20000)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield re.search(r"http://\S+", process.stdout.readline())[0]
    process.terminate()
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors, errors


@pytest.fixture
def open_page(browser, address):
    """A factory of windows."""
    contexts, errors = [], []

    def open_page(size="desktop", scheme="light", **how):
        width, height = SIZES[size]
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **how))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on(
            "request", lambda request: None if request.url.startswith((address, "ws://127")) else errors.append(request.url)
        )
        page.goto(address)
        expect(page.locator("#clock")).to_contain_text("20")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors
