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
    assert (sign.above, sign.wrong, sign.tested, sign.right, sign.replicates) == (True, 0, 40, 20, 20)
    assert 2 < sign.threshold < 6
    spoilt = ours.copy()
    spoilt[1::2] = theirs[1::2]  # the tested half is alike: right in the learnt half is worth nothing
    sign = watch.learn(spoilt, theirs, "idps", "MLI", "persons", 3)
    assert sign.wrong == 20
    assert watch.learn(theirs, theirs, "idps", "MLI", "persons", 3) is None
    assert watch.learn(rng.normal(0, 1, 40), theirs, "idps", "MLI", "persons", 3) is None


def sign(outcome="idps", place="MLI", months=3, right=6, apart=5.0, p=1e-9):
    wrong = 6 - right
    return watch.Sign(outcome, place, "persons", months, 1.0, True, False, wrong, 12, right, 6, apart, p)


def test_only_signs_that_each_hold_out_of_sample_are_told():
    """Right in all six tested replicates: a coin is in one of 64; in five of six it is in 7 of 64."""
    assert sign().chance == pytest.approx(1 / 64)
    assert sign(right=5).chance == pytest.approx(7 / 64)
    assert sign(right=0).chance == 1.0
    assert sign().most_wrong == pytest.approx(1 - 0.05 ** (1 / 6))
    wrong_ones = [sign("coups", right=4), sign("deaths_ucdp", right=5)]
    held, tested = watch.tested_signs([*wrong_ones, sign("price_index")], 3)
    assert [item.outcome for item in held] == ["price_index"]
    assert tested == 3
    assert watch.tested_signs(wrong_ones, 3) == ([], 2)
    held, tested = watch.tested_signs([sign("idps"), sign("idps_hosted", "MLI.Gao"), sign("idps", months=6)], 3)
    assert (len(held), tested) == (1, 1)  # the same number in three places
    held, tested = watch.tested_signs([sign("idps", right=3), sign("idps", months=6)], 3)
    assert ([item.months for item in held], tested) == ([6], 2)


def test_a_sign_that_is_lost_again_is_none():
    early, late = [sign("coups"), sign("idps")], [sign("idps", months=9), sign("deaths", months=9)]
    best = {3: early, 6: [sign("idps", months=6)], 9: late}
    assert [(item.outcome, item.months) for item in watch.lasting(best)] == [("idps", 3), ("deaths", 9)]


def test_the_t_test_is_that_of_welch():
    from scipy.stats import ttest_ind

    a, b = np.array([1.0, 2, 4, 3]), np.array([9.0, 12, 5, 8, 7])
    assert watch.welch(a, b) == pytest.approx(ttest_ind(a, b, equal_var=False).pvalue)
    assert watch.welch(np.ones(3), np.ones(3)) == 1.0
    assert watch.welch(np.ones(3), np.full(3, 2.0)) == 0.0


def test_first_months_are_so_many(folder):
    """A lever that begins on the last day of a month has its first month in the next one: twelve, not thirteen."""
    window = windows.Window("first_12_months", np.datetime64("2022-06-30"), np.datetime64("2023-06-30"))
    assert str(window.first_month) == "2022-07"
    assert len(np.arange(window.first_month, window.last_month + 1)) == 12
    # and the flows of the month of which it has one day are not counted
    window = windows.Window("first_3_months", np.datetime64("2022-03-30"), np.datetime64("2022-06-30"))
    months = arrivals._flows(folder, "restraint", window)["month"].to_numpy().astype("datetime64[M]")
    assert (str(months.min()), str(months.max())) == ("2022-04", "2022-06")


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
