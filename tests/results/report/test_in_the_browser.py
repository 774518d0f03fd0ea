"""report.html in Chromium, opened from disk, no network: it plays, fits, obeys the keyboard, prints whole."""

import re

import pytest

from sim import open_folder
from sim.results.report.page import FILE, report_page
from tests.browser import assert_opened, axe, chromium, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.long]

READY = ".sahel-player[data-ready]"
PIXELS = "() => document.querySelector('.sp-map canvas').toDataURL()"
#: points of A4 and Letter, and what the margins of the page take
PAPER = {"A4": (595, 842), "Letter": (612, 792)}


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def path(teaching_path):
    return teaching_path / FILE


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_width(browser, path, width):
    with assert_opened(browser, path, width) as page:
        page.wait_for_selector(READY)
        page.evaluate("() => document.querySelectorAll('details').forEach(item => (item.open = true))")
        wide = "() => [document.documentElement.scrollWidth, window.innerWidth]"
        assert page.evaluate(wide) == [width, width]
        small = """() => [...document.querySelectorAll('figure svg text')]
            .filter(item => item.getBoundingClientRect().height < 8).length"""
        assert page.evaluate(small) == 0


def test_the_player_plays_and_the_keyboard_steers_it(browser, path):
    with assert_opened(browser, path) as page:
        page.wait_for_selector(READY)
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("() => location.hash") == "#findings"
        play = page.get_by_role("button", name="Play", exact=True)
        for _ in range(60):
            if play.evaluate("item => item === document.activeElement"):
                break
            page.keyboard.press("Tab")
        last = page.evaluate(PIXELS)
        page.keyboard.press("Enter")
        page.wait_for_timeout(600)
        page.keyboard.press("Home")
        assert page.evaluate(PIXELS) != last
        page.get_by_label("Show", exact=True).select_option("displaced")
        first, second = (
            page.evaluate("at => document.querySelectorAll('.sp-map canvas')[at].toDataURL()", at) for at in range(2)
        )
        assert first
        assert second


def test_printed_no_figure_is_cut(browser, path):
    """Whatever must not be broken is lower than a page; the PDF has the paper's size and no more than some pages."""
    with assert_opened(browser, path, 760) as page:
        page.wait_for_selector(READY)
        page.emulate_media(media="print")
        # what the margins of 14 mm leave of the lower paper, in CSS pixels
        room = (min(height for _, height in PAPER.values()) - 2 * 14 * 72 / 25.4) * 96 / 72
        tall = page.evaluate(
            """room => [...document.querySelectorAll('figure, .findings > li, tr')]
                .filter(item => item.getBoundingClientRect().height > room)
                .map(item => item.textContent.slice(0, 60))""",
            room,
        )
        assert tall == []
        broken = page.evaluate(
            """() => [...document.querySelectorAll('figure')]
                .filter(item => getComputedStyle(item).breakInside !== 'avoid').length"""
        )
        assert broken == 0
        assert not page.locator("nav").is_visible()
        for paper, (width, height) in PAPER.items():
            pdf = page.pdf(format=paper, print_background=True)
            boxes = {
                tuple(round(float(x)) for x in found.split()) for found in re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)
            }
            assert boxes
            assert all(abs(box[2] - width) <= 2 and abs(box[3] - height) <= 2 for box in boxes)
            assert 5 < len(re.findall(rb"/Type /Page\b", pdf)) < 40


@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_no_serious_violation(browser, path, tmp_path, language):
    shown = tmp_path / f"{language}.html"
    shown.write_text(report_page(open_folder(path.parent), language), encoding="utf-8")
    with assert_opened(browser, shown, script=axe()) as page:
        page.wait_for_selector(READY)
        assert serious_violations(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_wide_figures_say_that_they_scroll_on_a_phone_and_rows_keep_their_names(browser, path, width):
    with assert_opened(browser, path, width) as page:
        hints = page.locator(".hint")
        assert hints.count() == page.locator("figure .scroll.wide").count() > 0
        phone = width == 390
        assert hints.first.is_visible() == phone
        pinned = page.evaluate("() => getComputedStyle(document.querySelector('.scroll tbody th')).position")
        assert (pinned == "sticky") == phone
