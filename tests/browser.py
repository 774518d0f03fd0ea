"""A browser for the tests of pages: Debian's Chromium through Playwright, without a network, its slips collected."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: milliseconds until something is taken for hanging: a machine that many share is slow
PATIENCE = 180_000


@contextmanager
def chromium():
    """A browser; the test is skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (pip install playwright)")
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        # root, as in a container, has no sandbox
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"], timeout=PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def assert_opened(browser, path: Path, width: int = 1280, height: int = 900, script: str = ""):
    """A page opened from disk with the network off; afterwards no error, nothing on the console, no request elsewhere.

    `script` runs before the page's own.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    slips: list[str] = []
    page.on("pageerror", lambda error: slips.append(str(error)))
    page.on("console", lambda message: slips.append(f"{message.type}: {message.text}"))
    page.on("request", lambda request: request.url.startswith("file:") or slips.append(request.url))
    if script:
        page.add_init_script(script)
    try:
        page.goto(path.resolve().as_uri())
        yield page
    finally:
        context.close()
    assert slips == []


def axe() -> str:
    """The program of axe-core, which a development dependency carries."""
    package = pytest.importorskip("axe_playwright_python")
    return resources.files(package).joinpath("axe.min.js").read_text(encoding="utf-8")


def serious_violations(page) -> list[tuple[str, str]]:
    """What axe-core finds on a page that was opened with `script=axe()`: rule and the first element, serious ones."""
    page.evaluate("() => document.querySelectorAll('details').forEach(item => (item.open = true))")
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(item["id"], item["nodes"][0]["html"][:120]) for item in found if item["impact"] in ("serious", "critical")]
