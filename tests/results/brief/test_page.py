"""brief.html: sentences follow the numbers, texts are escaped, no probability, the README's sentence on every page."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.results.brief import sureness
from sim.results.brief.elements import element
from sim.results.brief.impact import EVERYWHERE
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
    effect = next(item for item in brief.effects if item.outcome == "displaced" and item.stars)
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


def marked(html):
    """How many stars each bold difference has."""
    return [text.count("*") for text in re.findall(r"<b>[^<]*?\*+</b>", html)]


@pytest.mark.parametrize("stars", [0, 1, 2])
def test_bold_lead_and_stars_say_the_same(folder, monkeypatch, stars):
    """Bold is what its own interval tells from zero; the lead tells no more and no less than the table has in bold."""
    brief = ScenarioBrief(folder, "restraint", Words("en"), "a")
    told = [replace(effect, judged=replace(effect.judged, stars=stars)) for effect in brief.effects]
    monkeypatch.setitem(brief.__dict__, "effects", told)
    lead = " ".join(brief.findings())
    head = str(brief.html()).split("<h3>Areas")[0]
    assert marked(head) == [stars] * len(told) * (stars > 0)
    assert ("No clear difference to History" in lead) == (stars == 0)
    assert ("by its own interval only" in lead) == (stars == 1)
    assert ("also judged with all others" in lead) == (stars == 2)
    if not stars:  # what is bold further down is named in the lead, too
        assert "Clear all the same, place by place: " in lead
        assert all(area.name in lead for area in brief.areas if area.stars)
        assert marked(str(brief.html()))


def test_one_scope_is_said_in_the_headings(folder, page):
    text = re.sub(r"<[^>]+>", "", page)
    for heading in ("People of", "Areas of most concern in", "Where it changes most in", "by state of stay: people of"):
        assert f"{heading} Mali, Burkina Faso and Niger" in text
    brief = ScenarioBrief(folder, "restraint", Words("en"), "a")
    assert {area.country for area in brief.areas + brief.changed} <= {"MLI", "BFA", "NER"}


def test_the_sum_over_states_is_that_of_its_rows(folder):
    brief = ScenarioBrief(folder, "restraint", Words("en"), "a")
    rows = [x for x in brief.by_state if x.outcome == "idps"]
    total = [x.level for x in rows if x.place == EVERYWHERE]
    assert total == [pytest.approx(sum(x.level for x in rows if x.place != EVERYWHERE))]


def test_no_parameter_is_named_where_there_is_no_share(folder, monkeypatch):
    row = {"scenario": "restraint", "place": "region", "outcome": sureness.DISPLACED, "strongest": "attitudes.backlash"}
    monkeypatch.setattr(type(folder), "table", lambda self, name: name)
    monkeypatch.setattr(Path, "exists", lambda self: True)
    for low, named in ((0.0, False), (0.2, True)):
        shares = pd.DataFrame([row | {"share_draws": 0.3, "low": low, "high": 0.6}])
        monkeypatch.setattr(pd, "read_csv", lambda *_, shares=shares, **__: shares)
        told = sureness._draws(folder, "restraint", Words("en"))
        assert ("attitudes.backlash" in told[0]) == named
        assert f"90 % range {100 * low:.0f} to 60 %" in told[0]


def test_french(folder):
    page = brief_page(folder, "fr")
    assert '<html lang="fr">' in page
    assert "Pas de différence nette avec Histoire" in page
    assert "Arrivées par jour" in page
