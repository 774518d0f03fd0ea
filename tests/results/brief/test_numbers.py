"""When levers begin, arrivals in bands, thresholds learnt on one half and tested on the other, numbers in words."""

import numpy as np
import pytest

from sim.results.brief import arrivals, watch, windows
from sim.results.brief.words import LANGUAGES, Words, phrases


def test_the_first_months_begin_with_the_lever(folder, monkeypatch):
    settings = folder.run["configuration"]["restraint"]
    event = {"date": "2022-03-20", "effect": "coup", "fields": {"country": "MLI"}, "title": "Coup"}
    monkeypatch.setitem(settings, "schedule", {"a_coup": event})
    assert str(windows.lever_begins(folder, "restraint")) == "2022-03-20"
    three, twelve = windows.first_months(folder, "restraint")
    assert three.days == ("2022-03-20", "2022-06-30")  # from the middle of a month on the next one is the first
    assert not three.cut
    assert twelve.days == ("2022-03-20", "2022-12-31")
    assert twelve.cut
    assert windows.lever_begins(folder, "history") is None


def test_bands_of_arrivals():
    values = np.array([[0.0, 100, 500, 501, 1000, 1000.1], [0, 0, 0, 0, 0, 2000]])
    assert arrivals.in_bands(values) == (1.0, 1.0, 1.0)


def test_arrivals_are_the_flows_by_the_days_of_the_month(folder):
    window = windows.whole(folder)
    states, areas, n = arrivals.arrivals(folder, "restraint", window, 50)
    assert n == 6
    flows = folder.flows("restraint")
    flows = flows[flows["kind"].astype(str).isin(["idp", "refugee", "onward"])]
    flows = flows[(flows["destination"].astype(str) == "NER.Diffa") & (flows["origin"].astype(str) != "NER.Diffa")]
    monthly = flows.groupby(["replicate", "date"], observed=True)["persons"].sum()
    days = monthly.index.get_level_values("date").days_in_month
    peak = (monthly / days).groupby("replicate").max().mean()
    assert next(item for item in areas if item.place == "NER.Diffa").peak == pytest.approx(peak)
    across = flows[[not str(name).startswith("NER") for name in flows["origin"]]]
    assert next(item for item in states if item.place == "NER").peak > 0 < len(across)


def test_a_threshold_is_tested_on_runs_that_it_was_not_learnt_on():
    rng = np.random.default_rng(3)
    theirs, ours = rng.normal(0, 1, 40), rng.normal(8, 1, 40)
    sign = watch.learn(ours, theirs, "idps", "MLI", "persons", 3)
    assert (sign.above, sign.wrong, sign.tested) == (True, 0, 40)
    assert 2 < sign.threshold < 6
    spoilt = ours.copy()
    spoilt[1::2] = theirs[1::2]  # the tested half is alike: right in the learnt half is worth nothing
    sign = watch.learn(spoilt, theirs, "idps", "MLI", "persons", 3)
    assert sign.wrong == 20
    assert watch.learn(theirs, theirs, "idps", "MLI", "persons", 3) is None
    assert watch.learn(rng.normal(0, 1, 40), theirs, "idps", "MLI", "persons", 3) is None


def test_a_threshold_lies_in_the_widest_gap():
    assert watch.best_threshold(np.array([0.0, 1, 2]), np.array([10.0, 11]), True) == (6.0, 0.0)
    assert watch.best_threshold(np.array([10.0, 11]), np.array([0.0, 1, 2]), False) == (6.0, 0.0)


def test_numbers_as_people_write_them():
    english, french = Words("en"), Words("fr")
    assert [english.people(x) for x in (1_234_567, 45_321, 812.4, np.nan)] == ["1.23\u00a0M", "45,300", "812", "?"]
    assert french.people(-1_234_567, signed=True) == "\u22121,23\u00a0M"
    assert french.people(45_321, signed=True) == "+45\u202f300"
    assert english.people(0.2, signed=True) == "0"
    assert french.day("2025-09-03") == "3 septembre 2025"
    assert english("level", own="{base}", base="b") == "{base} (b)"  # what is put in is no place to fill


def test_phrases_have_the_same_places_in_both_languages():
    import re

    every = phrases()
    for key in every["en"]:
        places = [sorted(re.findall(r"\{(\w+)\}", every[language][key])) for language in LANGUAGES]
        assert places[0] == places[1], key
