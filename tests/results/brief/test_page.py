"""brief.html: sentences follow the numbers, texts are escaped, no probability, the README's sentence on every page."""

import re
from pathlib import Path

import pytest

import sim
from sim.results.brief.elements import element
from sim.results.brief.page import brief_page, scenarios_told
from sim.results.brief.sheets import ScenarioBrief
from sim.results.brief.words import Words, phrases
from tests.results.brief.folders import TITLE

ROOT = Path(sim.__file__).parents[1]


@pytest.fixture(scope="module")
def page(folder):
    return brief_page(folder)


def findings(folder, scenario, words=None):
    return ScenarioBrief(folder, scenario, words or Words("en"), "a").findings()


def test_equal_scenarios_show_no_clear_difference(folder):
    assert findings(folder, "twin")[0].startswith("No clear difference to History")
    text = str(ScenarioBrief(folder, "twin", Words("en"), "a").html())
    assert "no clear difference to watch for" in text or "Nothing is done otherwise" in text
    assert "<b>+" not in text
    assert "<b>\u2212" not in text


def test_differences_are_told_with_direction_and_interval(folder):
    first = findings(folder, "restraint")[0]
    assert "fewer than in History" in first
    brief = ScenarioBrief(folder, "restraint", Words("en"), "a")
    effect = next(item for item in brief.effects if item.outcome == "displaced" and item.clear)
    assert effect.judged.difference < 0
    assert Words("en").people(-effect.judged.difference) in first


def test_shuffled_names_change_with_the_names(folder, monkeypatch):
    """Values of history under the name restraint and the other way round: what was fewer is more."""
    own = folder.over_time

    def swapped(outcome, place="region"):
        table = own(outcome, place)
        names = {"history": "restraint", "restraint": "history"}
        return table.rename(columns=names, level="scenario") if len(table) else table

    found = type(folder)(folder.path)
    monkeypatch.setattr(found, "over_time", swapped)
    monkeypatch.setattr(found, "difference", lambda item, scenario: _difference(found, item, scenario))
    told = findings(found, "restraint")[0]
    assert "more than in History" in told
    assert findings(folder, "restraint")[0] != told


def _difference(found, item, scenario):
    import pandas as pd

    from sim.results.paired_differences import summarise

    totals = found.totals(item)
    return pd.Series(
        {k: float(v) for k, v in summarise(totals[scenario].to_numpy(), totals["history"].to_numpy()).items()}
    )


def test_the_sentence_of_the_readme_is_on_every_printed_page(folder, page):
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("**", "").split())
    sentence = phrases()["en"]["no_prediction"]
    assert sentence in readme
    assert page.count(sentence) == 1 + 2 * len(scenarios_told(folder))


def test_no_probability_is_given_and_why(page):
    assert "Why no probability that this happens" in page
    text = re.sub(r"<[^>]+>", " ", page.split("</style>")[1])
    assert not re.search(r"\b(likely|unlikely|probable|chance of)\b", text.replace("how likely they are", ""))


def test_texts_are_escaped(page):
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert element("p", TITLE) == "<p>=HYPERLINK(1)&lt;script&gt;window.hacked=1&lt;/script&gt;</p>"
    assert "http://" not in page
    assert "https://" not in page


def test_areas_are_ranked_with_codes_and_intervals(folder):
    brief = ScenarioBrief(folder, "restraint", Words("en"), "a")
    assert [area.name for area in brief.areas[:2]] == ["Sahel", "Mopti"]
    assert [area.code.code for area in brief.areas[:2]] == ["BF56", "ML05"]
    assert all(area.low < area.people < area.high and area.additional < 0 for area in brief.areas)
    assert all(area.rank_low <= area.rank <= area.rank_high for area in brief.areas)
    assert "Upper East" not in {area.name for area in brief.areas}  # not of the states of the war


def test_french(folder):
    page = brief_page(folder, "fr")
    assert '<html lang="fr">' in page
    assert "Pas de différence nette avec History" in page
    assert "Arrivées par jour" in page
