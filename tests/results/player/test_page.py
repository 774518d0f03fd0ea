"""player.html: what it holds is what the files hold, escaped, in two languages, and no larger than it may be."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import open_folder
from sim.results.player import layers, packing
from sim.results.player.page import SCRIPTS, asset, player_block, player_data, player_page, program
from sim.results.player.phrases import LANGUAGES, phrases
from sim.results.player.series import monthly
from tests.results.player.folders import NAMES, made_up

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1> %BLOCK%"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return open_folder(made_up(tmp_path_factory.mktemp("player") / "comparison"))


@pytest.fixture(scope="module")
def data(folder):
    return player_data(folder)


def values_of(data, scenario, kind, name):
    codes = packing.unpack_changes(data["packed"][scenario][kind][name])
    levels = np.array([np.nan, *data["levels"][name][kind]])
    return levels[codes]


def assert_close(found, true, least):
    """Within 5 %, or within a step of the smallest levels."""
    assert (np.isnan(found) == np.isnan(true)).all()
    assert np.nanmax(np.abs(found - true) - 0.0501 * np.abs(true)) <= least


def test_weeks_are_those_of_the_file(folder, data):
    with folder.player() as player:
        rows, columns = layers.land(player, folder.map["gid"])
        assert player["gid"].to_numpy()[rows, columns].tolist() == folder.map["gid"]
        for scenario in NAMES:
            here = player.sel(scenario=scenario)
            meaning = dict(
                zip(here["controller"].attrs["flag_values"], here["controller"].attrs["flag_meanings"].split())
            )
            codes = packing.unpack_changes(data["packed"][scenario]["week"]["control"])
            own = here["controller"].to_numpy()[:, rows, columns].astype(int)
            names = np.array(["", *(item["name"] for item in data["controllers"])])
            assert (names[codes] == np.vectorize(meaning.get)(own)).all()
            for name, least in (("displaced", 0.0), ("dead", 0.0), ("fuel", 0.25), ("support", 2.5), ("share", 5.0)):
                true = here[layers.WEEKLY[name]].to_numpy()[:, rows, columns]
                assert_close(values_of(data, scenario, "week", name), true, least + 1e-4)
            assert data["about"]["replicate"][scenario] == int(here["replicate"])


def test_months_are_those_of_the_ensemble(folder, data):
    with folder.cells() as cells:
        rows, columns = layers.land(cells, folder.map["gid"])
        for scenario in NAMES:
            here = cells.sel(scenario=scenario)
            chance = here["control"].to_numpy()[:, :, rows, columns]
            codes = packing.unpack_changes(data["packed"][scenario]["month"]["control"])
            assert (codes == chance.argmax(axis=0) + 1).all()
            assert_close(values_of(data, scenario, "month", "share"), 100 * chance.max(axis=0), 2.51)
            median = here["displaced_hosted"].sel(quantile=0.5).to_numpy()[:, rows, columns]
            assert_close(
                values_of(data, scenario, "month", "displaced"), median, 0.5
            )  # a median of three is whole or half
            dead = here["dead_mean"].to_numpy()[:, rows, columns]
            assert_close(values_of(data, scenario, "month", "dead"), dead, 0.5)
        larger = cells["displaced_hosted_larger"].sel(scenario="restraint").to_numpy()[:, rows, columns]
        agree = packing.unpack_changes(data["packed"]["restraint"]["month"]["agree"])
        assert ((agree == 2) == ((larger >= 0.9) | (larger <= 0.1))).all()
        assert "agree" not in data["packed"]["history"]["month"]


def test_series_are_quantiles_of_the_outcomes(folder, data):
    table = folder.over_time("deaths")
    by_hand = table["restraint"].astype(float)
    month = (by_hand.index - np.timedelta64(1, "D")).to_period("M")
    march = by_hand[month == "2023-03"].mean()  # by replicate
    at = [str(day)[:7] for day in monthly(table, months_of(folder), "mean").index].index("2023-03")
    found = data["series"]["dead"]
    for line, share in (("low", 0.05), ("middle", 0.5), ("high", 0.95)):
        own = packing.unpack_integers(found["scenarios"]["restraint"][line])[at] / found["parts"]
        assert own == pytest.approx(np.quantile(march, share), abs=0.06)
    one = packing.unpack_integers(found["scenarios"]["restraint"]["one"])[at] / found["parts"]
    assert one == pytest.approx(march[data["about"]["replicate"]["restraint"]], abs=0.06)
    assert {"control", "displaced", "dead", "support"} <= set(data["series"])


def months_of(folder):
    with folder.cells() as cells:
        return cells["time"].to_numpy().astype("datetime64[M]")


def test_no_unit_is_in_the_page(folder, data):
    """Armies and groups appear as controllers of cells only: no position, no strength."""
    text = json.dumps({key: value for key, value in data.items() if key != "phrases"})
    for word in ("fighters", "posture", "unit", "army_near"):
        assert word not in text
    assert {key for kinds in data["packed"]["history"].values() for key in kinds} <= {
        *layers.NAMES,
        "agree",
        *(f"{layer}.{line}" for layer in ("displaced", "dead") for line in ("low", "middle", "high")),
    }


class Texts(HTMLParser):
    """Elements and attributes of a page, and the scripts."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]


def test_texts_of_a_folder_are_never_markup(folder, data, monkeypatch):
    clean = Texts()
    clean.feed(player_page(folder))
    for item in folder.run["scenarios"]:
        monkeypatch.setitem(item, "title", HOSTILE)
    monkeypatch.setitem(folder.map, "admin1_names", [f"ABC.{HOSTILE}"] * len(folder.map["admin1_names"]))
    page = player_page(folder)
    assert HOSTILE not in page
    hostile = Texts()
    hostile.feed(page)
    assert hostile.tags == clean.tags
    assert hostile.attributes == clean.attributes
    assert (
        HOSTILE
        in json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)[1])["scenarios"][0][
            "title"
        ]
    )


def test_a_page_asks_nothing_of_a_network(folder):
    page = player_page(folder)
    assert not re.search(r"https?://|src=|@import|url\(|\bimport\s*\(|fetch\(|XMLHttpRequest", page)
    assert "default-src 'none'" in page


def test_many_scenarios_become_coarser_and_say_so(folder, data):
    size = sum(len(x["data"]) for kinds in data["packed"].values() for own in kinds.values() for x in own.values())
    assert (data["about"]["every"], data["about"]["within"]) == (1, 5)
    coarse = player_data(folder, limit=size // 2)
    smaller = sum(len(x["data"]) for kinds in coarse["packed"].values() for own in kinds.values() for x in own.values())
    assert smaller <= size // 2
    assert coarse["about"]["within"] > 5
    every = coarse["about"]["every"]
    weeks, all_weeks = (packing.unpack_integers(x["steps"]["week"]).tolist() for x in (coarse, data))
    assert weeks == all_weeks[::every]
    assert coarse["packed"]["history"]["week"]["control"]["steps"] == len(weeks)
    # who controls is never rounded
    control = [packing.unpack_changes(x["packed"]["history"]["week"]["control"]) for x in (coarse, data)]
    assert (control[0] == control[1][::every]).all()


def test_a_month_of_control_is_small(data):
    """Control takes a few kilobytes a scenario; the map of this fake moves more than a real one."""
    for kind, most in (("month", 4_000), ("week", 6_000)):
        assert len(data["packed"]["history"][kind]["control"]["data"]) < most


def test_every_phrase_is_in_both_languages_and_is_used():
    every = phrases()
    assert set(every) == set(LANGUAGES)
    for key, phrase in every["en"].items():
        other = every["fr"][key]
        assert phrase
        assert other
        assert sorted(re.findall(r"\{\w+\}", phrase)) == sorted(re.findall(r"\{\w+\}", other)), key
    script = program()
    page = (Path(sim.__file__).parent / "results" / "player" / "page.py").read_text(encoding="utf-8")
    begun = set(re.findall(r"`(\w+_)\$\{", script))
    for key in every["en"]:
        assert re.search(rf"[\"'`]{key}[\"'`]", script + page) or any(key.startswith(head) for head in begun), (
            f"nothing says {key}"
        )
    for key in re.findall(r'\.say\("(\w+)"', script):
        assert key in every["en"]


def test_every_script_ships_and_is_put_together():
    shipped = {path.stem for path in (Path(sim.__file__).parent / "results" / "player" / "browser").glob("*.js")}
    assert shipped == set(SCRIPTS)
    assert all(asset(f"{name}.js") in program() for name in SCRIPTS)
    assert "</script" not in program()


def test_a_block_is_for_a_larger_page(folder):
    block = player_block(folder, "fr")
    assert "<html" not in block
    assert 'lang="fr"' in block
    assert "data-whole-page" not in block.split("<script")[0]
