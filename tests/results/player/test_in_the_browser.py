"""The player in Chromium, opened from disk, no network: it plays, obeys the keyboard, can be read as a table."""

import time

import numpy as np
import pytest

from sim import open_folder
from sim.results.player import packing
from sim.results.player.page import player_data, write_player_page
from tests.browser import PATIENCE, assert_opened, axe, chromium, serious_violations
from tests.results.player.folders import NAMES, made_up

pytestmark = [pytest.mark.browser, pytest.mark.long]

READY = ".sahel-player[data-ready]"
PIXELS = "at => document.querySelectorAll('.sp-map canvas')[at].toDataURL()"
STATE = (
    "() => { const { step, playing, layer, kind, view } = PLAYER.state; return { step, playing, layer, kind, view } }"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return open_folder(made_up(tmp_path_factory.mktemp("browser") / "comparison"))


@pytest.fixture(scope="module")
def path(folder):
    return write_player_page(folder)


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def run(page, script, *more):
    return page.evaluate(script.replace("PLAYER", "document.querySelector('.sahel-player').sahelPlayer"), *more)


def state(page):
    return run(page, STATE)


def assert_until(page, script, *more):
    """Waits until a script gives true; asked from here, since the page's policy forbids a script that comes as text."""
    end = time.monotonic() + PATIENCE / 1000
    while not run(page, script, *more):
        assert time.monotonic() < end, f"{script} never came true"
        page.wait_for_timeout(50)


def choice(page, label):
    return page.get_by_role("combobox", name=label, exact=True)


def ready(page):
    page.wait_for_selector(READY)
    return page


def test_it_plays_to_the_end_and_its_pixels_change(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        assert state(page) == {"step": 23, "playing": False, "layer": "control", "kind": "month", "view": "two"}
        last = page.evaluate(PIXELS, 0)
        choice(page, "Speed").select_option("16")
        page.get_by_role("button", name="Play", exact=True).click()  # at the end: it begins anew
        assert page.get_by_role("button", name="Pause").is_visible()
        assert_until(page, "() => PLAYER.state.step > 5")
        page.get_by_role("button", name="Pause").click()
        now = state(page)
        assert now["playing"] is False
        assert page.evaluate(PIXELS, 0) != last
        page.wait_for_timeout(300)
        assert state(page)["step"] == now["step"]  # it stays where it was stopped
        page.get_by_role("button", name="Play", exact=True).click()
        assert_until(page, "() => !PLAYER.state.playing")
        assert state(page)["step"] == 23
        assert page.evaluate(PIXELS, 0) == last


def test_scenarios_differ_and_so_does_their_difference(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        choice(page, "Show").select_option("displaced")
        assert page.evaluate(PIXELS, 0) != page.evaluate(PIXELS, 1)
        own = page.evaluate(PIXELS, 0)
        choice(page, "View").select_option("difference")
        assert_until(page, "() => document.querySelectorAll('.sp-map')[1].hidden")
        assert page.evaluate(PIXELS, 0) != own
        assert "Restraint minus History" in page.locator("figcaption").first.inner_text()
        change = page.evaluate(PIXELS, 0)
        choice(page, "Beside it").select_option("history")
        assert_until(page, "() => PLAYER.shown.length === 1")
        nothing = page.evaluate(PIXELS, 0)
        assert nothing != change
        # a scenario against itself: the colour of "little or none" wherever people live, white elsewhere
        colours = run(
            page,
            "() => [...new Set([...PLAYER.country.rows.keys()].map("
            "PLAYER.pictures.change({ ...PLAYER.moment, b: PLAYER.state.b }).colour))]",
        )
        assert set(colours) <= {"#f1f1ee", "#ffffff"}


def test_every_layer_and_step_draws_with_a_legend_and_a_series(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        seen = {}
        for layer in ("control", "displaced", "dead", "fuel", "support"):
            for kind in ("month", "week"):
                choice(page, "Show").select_option(layer)
                choice(page, "Replicates").select_option(kind)
                assert_until(
                    page, "([layer, kind]) => PLAYER.state.layer === layer && PLAYER.state.kind === kind", [layer, kind]
                )
                seen[layer, kind] = page.evaluate(PIXELS, 0)
                entries = page.locator(".sp-side .sp-legend li").all_inner_texts()
                assert len(entries) >= 3
                assert all(text.strip() for text in entries)
                assert page.locator(".sp-what").inner_text().strip()
                assert page.locator(".sp-chart figcaption").inner_text().strip()
        for kind in ("month", "week"):  # the fake's weeks look like its months
            assert len({pixels for (_, own), pixels in seen.items() if own == kind}) == 5


def test_the_keyboard_alone(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        page.keyboard.press("Home")
        assert state(page)["step"] == 0
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        assert state(page)["step"] == 1
        page.keyboard.press("End")
        assert state(page)["step"] == 23
        page.keyboard.press("Home")
        page.keyboard.press(" ")
        assert state(page)["playing"]
        page.keyboard.press(" ")
        assert not state(page)["playing"]
        # in the order in which they are read: choices, language, play, date, speed, decisions, table
        order = []
        for _ in range(11):
            page.keyboard.press("Tab")
            order.append(page.evaluate("document.activeElement.tagName + ':' + (document.activeElement.type || '')"))
        assert order[:6] == ["SELECT:select-one"] * 5 + ["BUTTON:button"]
        assert order[6:] == ["BUTTON:button", "INPUT:range", "SELECT:select-one", "SUMMARY:", "BUTTON:button"]
        page.keyboard.press("Enter")
        assert page.locator(".sp-table").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "sp-table"
        # a key in a list is the list's: the date stays
        choice(page, "Show").focus()
        before = state(page)["step"]
        page.keyboard.press("Home")
        assert state(page)["step"] == before


def test_the_table_has_the_numbers_of_the_outcomes(browser, folder, path):
    with assert_opened(browser, path) as page:
        ready(page)
        choice(page, "Show").select_option("displaced")
        choice(page, "Replicates").select_option("week")
        page.get_by_role("button", name="Show as a table").click()
        rows = page.locator(".sp-table tbody tr").all()
        assert len(rows) == len(folder.map["admin1_names"])
        assert "restraint" in page.locator(".sp-table thead").inner_text().lower()
        with folder.player() as player:
            here = player["displaced_hosted"].sel(scenario="restraint").isel(time=-1).to_numpy()
            gid = player["gid"].to_numpy()
        place = {int(number): at for at, number in np.ndenumerate(gid) if number >= 0}
        area = folder.map["admin1_names"].index("MLI.North")
        true = np.nansum([here[place[g]] for g, a in zip(folder.map["gid"], folder.map["admin1"]) if a == area])
        cells = rows[0].locator("th, td").all_inner_texts()
        assert cells[:2] == ["North", "MLI"]
        assert float(cells[3].replace(",", "")) == pytest.approx(true, rel=0.06)


def test_pointing_at_a_cell_names_it(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        assert "Bamako" in page.locator(".sp-cell").inner_text()  # the capital's cell, to begin with
        box = page.locator(".sp-map canvas").first.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.72, box["y"] + box["height"] * 0.42)
        text = page.locator(".sp-cell").inner_text()
        gid = run(page, "() => PLAYER.country.gid[PLAYER.state.picked]")
        assert f"Cell {gid}" in text
        assert "Bamako" not in text
        assert "% of replicates" in text


def test_cells_of_the_map_have_equal_areas(browser, path):
    """A cell of half a degree is smaller in the north by the cosine of its latitude, on the map as on the earth."""
    with assert_opened(browser, path) as page:
        ready(page)
        area = run(
            page,
            """() => { const p = PLAYER.views[0].projection;
            const of = lat => (p.x(1) - p.x(0.5)) * (p.y(lat - 0.25) - p.y(lat + 0.25));
            return [of(5), of(15), of(25)] }""",
        )
        true = np.cos(np.radians([5, 15, 25]))
        assert np.array(area) / area[1] == pytest.approx(true / true[1], rel=1e-4)
        there = run(page, "() => { const p = PLAYER.views[0].projection; return [p.lon(p.x(3.2)), p.lat(p.y(17.1))] }")
        assert there == pytest.approx([3.2, 17.1])


@pytest.mark.parametrize("script", ["", "delete window.DecompressionStream"], ids=["own", "plain"])
def test_layers_are_unpacked_as_they_were_packed(browser, folder, path, script):
    """With the browser's own inflate, and with the player's for browsers that have none."""
    with assert_opened(browser, path, script=script) as page:
        ready(page)
        for scenario, kinds in player_data(folder)["packed"].items():
            for kind, own in kinds.items():
                for name, packed in own.items():
                    codes = packing.unpack_changes(packed).astype(np.int64).ravel()
                    expected = int((codes * (np.arange(len(codes)) % 9973)).sum())
                    found = run(
                        page,
                        """async ([scenario, kind, name]) => {
                        const layer = await PLAYER.store.load(scenario, kind, name);
                        return layer.codes.reduce((sum, code, at) => sum + code * (at % 9973), 0) }""",
                        [scenario, kind, name],
                    )
                    assert found == expected, (scenario, kind, name)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(browser, path, width):
    with assert_opened(browser, path, width=width, height=844) as page:
        ready(page)
        page.get_by_role("button", name="Show as a table").click()
        for view in ("two", "difference", "one"):
            choice(page, "View").select_option(view)
            for language in ("Français", "English"):
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                # no element hangs over the edge; what a table holds is scrolled within it
                over = page.evaluate(
                    """width => [...document.querySelectorAll('.sahel-player *')].filter(
                    e => !e.closest('.sp-table table') && !e.closest('.sp-hidden') &&
                    e.getBoundingClientRect().right > width + 1).map(e => e.className || e.tagName)""",
                    width,
                )
                assert over == []
                page.get_by_role("button", name=language).click()


def test_french(browser, folder, tmp_path):
    from sim.results.player.page import player_page

    path = tmp_path / "player.html"
    path.write_text(player_page(folder, "fr"), encoding="utf-8")
    with assert_opened(browser, path) as page:
        ready(page)
        assert page.get_by_role("button", name="Lecture", exact=True).is_visible()
        assert "décembre 2023" in page.locator(".sp-date").inner_text()
        page.get_by_role("button", name="English").click()
        assert "December 2023" in page.locator(".sp-date").inner_text()
        assert page.evaluate("document.documentElement.lang") == "en"


def test_titles_and_states_follow_the_language(browser, folder, tmp_path, monkeypatch):
    from sim.results.player.page import player_page

    monkeypatch.setitem(folder.run["scenarios"][0], "title", "The UN stays")
    path = tmp_path / "player.html"
    path.write_text(player_page(folder, "fr"), encoding="utf-8")
    with assert_opened(browser, path) as page:
        ready(page)
        shown = page.locator(".sp-map").first
        assert "L'ONU reste" in shown.inner_text()
        before = page.evaluate(PIXELS, 0)
        page.get_by_role("button", name="English").click()
        assert "The UN stays" in shown.inner_text()
        assert "L'ONU reste" not in page.locator(".sahel-player").inner_text()
        page.get_by_role("button", name="Français").click()
        assert "L'ONU reste" in shown.inner_text()
        assert page.evaluate(PIXELS, 0) == before


def test_numbers_of_crowded_decisions_stand_together(browser, path):
    """None is dropped: those that would cover one another have one label from the first to the last."""
    with assert_opened(browser, path) as page:
        ready(page)
        groups = run(
            page,
            """() => {
                const chart = PLAYER.chart, groups = [];
                const context = { measureText: (text) => ({ width: 6 * String(text).length }) };
                const at = [10, 40, 44, 47, 90];
                at.forEach((x, i) => chart.group(context, groups, { first: i + 1, last: i + 1, from: x, to: x }));
                return groups.map((item) => item.text);
            }""",
        )
        assert groups == ["1", "2–4", "5"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_no_serious_violation(browser, folder, tmp_path, language):
    from sim.results.player.page import player_page

    path = tmp_path / "player.html"
    path.write_text(player_page(folder, language), encoding="utf-8")
    with assert_opened(browser, path, script=axe()) as page:
        ready(page)
        page.locator(".sp-tools button, button").last.wait_for()
        assert serious_violations(page) == []


def test_texts_of_a_folder_are_shown_as_texts(browser, folder, tmp_path, monkeypatch):
    from sim.results.player.page import player_page
    from tests.results.player.test_page import HOSTILE

    monkeypatch.setitem(folder.run["scenarios"][1], "title", HOSTILE)
    monkeypatch.setitem(folder.map, "admin1_names", [f"ABC.{HOSTILE}"] * len(folder.map["admin1_names"]))
    monkeypatch.setitem(folder.map["towns"], "name", [HOSTILE] * len(folder.map["towns"]["name"]))
    path = tmp_path / "player.html"
    path.write_text(player_page(folder), encoding="utf-8")
    with assert_opened(browser, path) as page:
        ready(page)
        page.get_by_role("button", name="Show as a table").click()
        assert HOSTILE in page.locator("figcaption").nth(1).inner_text()
        assert HOSTILE in page.locator(".sp-table tbody th").first.inner_text()
        assert HOSTILE in page.locator(".sp-cell").inner_text()
        assert page.evaluate("[typeof window.hacked, document.querySelectorAll('.sahel-player img').length]") == [
            "undefined",
            0,
        ]


def test_those_who_do_not_see_it_are_told(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        for at in range(2):
            label = page.locator(".sp-map canvas").nth(at).get_attribute("aria-label")
            assert NAMES[at].capitalize() in label
            assert "December 2023" in label
            assert "government" in label
        assert "Chart: People under government control" in page.locator(".sp-chart canvas").get_attribute("aria-label")
        assert page.get_by_role("slider").get_attribute("aria-valuetext") == "December 2023"
        unlabelled = page.evaluate(
            """[...document.querySelectorAll('select, input')].filter(e => !e.labels.length).map(e => e.id)"""
        )
        assert unlabelled == []
        page.keyboard.press("Home")
        assert "January 2022" in page.get_by_role("status").inner_text()


def test_printed_it_is_on_pages_that_hold_its_figures(browser, path):
    with assert_opened(browser, path) as page:
        ready(page)
        page.emulate_media(media="print")
        assert not page.locator(".sp-choices").is_visible()
        assert not page.locator(".sp-play").is_visible()
        assert page.locator(".sp-chart canvas").is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")
