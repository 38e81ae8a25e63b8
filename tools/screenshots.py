"""Takes the README's two pictures of the simulator's page: `uv run python -m tools.screenshots` (needs chromium)."""

import re
import shutil
import subprocess
import sys

from playwright.sync_api import expect, sync_playwright

from tools.simulator.board.firmware import ROOT

SCENES = (  # picture, size, scheme, story, caption to wait for, seconds more
    ("page.png", (1440, 860), "light", "First start", "STATUS tells how it is", 4.5),
    ("page-phone.png", (390, 844), "dark", "Frosty weekend", "The night passes", 14),
)


def main() -> int:
    """Start a simulator, tell the stories, take the pictures."""
    command = [sys.executable, "-u", "-m", "tools.simulator", "--port", "8400"]
    simulator = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    address = re.search(r"http://\S+", simulator.stdout.readline())[0]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, (width, height), scheme, story, caption, more in SCENES:
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(address)
                page.get_by_role("button", name=story).click()
                expect(page.locator("#caption")).to_contain_text(caption, timeout=60_000)
                page.wait_for_timeout(more * 1000)
                page.screenshot(path=ROOT / "docs" / name)
                page.close()
    finally:
        simulator.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
