"""brief.html in Chromium: from disk without a network, narrow enough for a phone, two printed pages a scenario."""

import re

import pytest

from sim.results.brief.page import brief_page, scenarios_told, write_brief
from tests.browser import assert_opened, axe, chromium, serious_violations

pytestmark = [pytest.mark.browser]


def test_it_opens_fits_and_prints_on_two_pages_a_scenario(folder, tmp_path):
    english, french = write_brief(folder), tmp_path / "fr.html"
    french.write_text(brief_page(folder, "fr"), encoding="utf-8")
    with chromium() as browser:
        for path in (english, french):
            for width in (390, 1280):
                with assert_opened(browser, path, width=width) as page:
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert page.evaluate("typeof window.hacked") == "undefined"
                    assert page.locator(".scenario").count() == len(scenarios_told(folder))
            with assert_opened(browser, path) as page:
                for form in ("A4", "Letter"):
                    printed = page.pdf(format=form)
                    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2 * len(scenarios_told(folder)), form


@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_no_serious_violation(folder, tmp_path, language):
    path = tmp_path / "brief.html"
    path.write_text(brief_page(folder, language), encoding="utf-8")
    with chromium() as browser, assert_opened(browser, path, script=axe()) as page:
        assert serious_violations(page) == []
