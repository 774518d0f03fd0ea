"""Findings: every number of a sentence stands in the tables; equal scenarios show nothing; names do not matter."""

import re

import numpy as np
import pandas as pd
import pytest

from sim import open_folder
from sim.core.numbers import outcome_number
from sim.results.reading.judged import Judged
from sim.results.report.facts import Facts
from sim.results.report.findings import findings
from sim.results.report.findings_levers import lever
from sim.results.report.findings_more import replicates_needed
from sim.results.report.words import Words
from tests.results.report.folders import renamed

#: ways to sum up that comparison.csv has, too
USUAL = ("end", "sum", "mean")
#: digits that are no results: days, levels of intervals, how many things are counted
RULES = (
    r"\d+ (December|décembre) 2023",
    "95\u00a0% (interval)|(intervalle) à 95\u00a0%",
    "90\u00a0% (range|of replicates|des réplications)|(plage) à 90\u00a0%",
    r"\d+ (differences|différences|outcomes|résultats|replicates|réplications)",
)
GROUPS = ("government", "insurgents", "militias")


def told(folder, language="en"):
    return findings(Facts(folder, Words(language)))


@pytest.fixture
def outcomes(fake_path):
    return pd.read_parquet(fake_path / "outcomes.parquet")


def of_replicates(outcomes, scenario, place, outcome, kind):
    """The value of each replicate, by hand."""
    own = outcomes[(outcomes["scenario"] == scenario) & (outcomes["place"] == place) & (outcomes["outcome"] == outcome)]
    own = own[own["date"] <= "2024-01-03"].astype({"value": float}).sort_values("date")
    if kind == "last year":
        own = own[own["date"] > own["date"].max() - pd.Timedelta(days=365)]
    by_replicate = own.groupby("replicate")["value"]
    return {"end": by_replicate.last, "sum": by_replicate.sum}.get(kind, by_replicate.mean)()


def test_every_number_of_a_finding_is_in_the_tables(fake, fake_path, outcomes):
    comparison = pd.read_csv(fake_path / "comparison.csv")
    comparison = comparison[comparison["period"] == "all"].set_index(["scenario", "place", "outcome"])
    seen = set()
    for finding in told(fake):
        for number in finding.numbers:
            where, seen = number.where, seen | {number.table}
            if number.table == "comparison.csv" or (where.get("kind") in USUAL and number.table == "difference"):
                row = comparison.loc[(where["scenario"], where["place"], where["outcome"])]
                assert number.value == pytest.approx(row[where["column"]], rel=2e-5, abs=1e-9)
            elif number.table == "level":
                values = of_replicates(outcomes, "history", where["place"], where["outcome"], where["kind"])
                assert number.value == pytest.approx(values.mean(), rel=1e-6)
            elif number.table in ("between", "difference"):
                names = (where["scenario"], where.get("other", "history"))
                a, b = (of_replicates(outcomes, x, where["place"], where["outcome"], where["kind"]) for x in names)
                half = (a - b).std(ddof=1) / np.sqrt(len(a)) * 2.3060  # Student's t, 97.5 %, of 8
                by_hand = {"low": -half, "high": half}.get(where["column"], 0.0) + (a - b).mean()
                by_hand = by_hand / b.mean() if where["column"] == "relative" else by_hand
                assert number.value == pytest.approx(by_hand, rel=1e-3)
            elif number.table == "killers":
                sums = {
                    group: of_replicates(outcomes, "history", "region", f"civilians_killed_by.{group}", "sum").sum()
                    for group in GROUPS
                }
                assert number.value == pytest.approx(sums[where["group"]] / sum(sums.values()))
            elif number.table == "outcomes.parquet":
                values = of_replicates(outcomes, "history", where["place"], where["outcome"], where["kind"])
                assert number.value == pytest.approx(
                    np.mean(values) if where["quantile"] == "mean" else np.quantile(values, where["quantile"]), rel=1e-6
                )
            elif number.table == "replicates needed":
                assert number.value > 9
            elif number.table == "uncertainty.csv":
                shares = pd.read_csv(fake_path / "uncertainty.csv")
                row = shares[
                    (shares["outcome"] == "Displaced people, at the end") & (shares["scenario"] == "restraint")
                ]
                assert number.value in row[["share_draws", "low", "high", "effect"]].to_numpy()
            elif number.table == "not starred":
                assert 0 <= number.value <= len(Facts(fake, Words()).judged)
            else:
                pytest.fail(f"nothing says where {number} stands")
    assert {"difference", "level", "between", "uncertainty.csv"} <= seen


def test_no_number_stands_in_a_sentence_without_its_source(fake):
    """What is left of a sentence without its numbers has no digit but those of dates, titles and rules."""
    for language in ("en", "fr"):
        for finding in told(fake, language):
            text = finding.text
            for rule in RULES:
                text = re.sub(rule, "", text)
            for number in sorted(finding.numbers, key=lambda number: -len(number.text)):
                shown = number.text.split("\u00a0points")[0]
                assert shown in finding.text
                text = re.sub(rf"(?<![\d.,]){re.escape(shown)}", "", text)
            assert not re.search(r"\d", text), text


def test_numbers_are_written_as_everywhere(fake):
    """The number of the table of differences is that of the sentence."""
    finding = told(fake)[0]
    first = next(number for number in finding.numbers if number.where.get("column") == "difference")
    shown = outcome_number(first.value, "persons", signed=True).replace("-", "\u2212").replace(" ", "\u00a0")
    assert first.text == shown
    assert shown in finding.text


def test_there_are_five_to_eight_and_they_answer(fake):
    keys = [finding.key for finding in told(fake)]
    assert 5 <= len(keys) <= 8
    assert keys[:2] == ["displaced", "killed"]
    assert keys[-2:] == ["change", "apart"]
    text = told(fake)[0].text
    assert text.startswith("Restraint changes it most.")  # the fake's largest effect, -25 %
    assert "Next comes Un stays" in text


def test_equal_scenarios_show_no_clear_difference(fake, fake_path, tmp_path, monkeypatch):
    """The baseline's values for all: whatever was noise is none."""
    facts = Facts(fake, Words())
    for item in fake.headlines:
        totals = fake.totals(item)
        for name in fake.scenarios[1:]:
            totals[name] = totals[fake.baseline]
    zero = {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0, "share_larger": 0.5}
    monkeypatch.setattr(type(fake), "difference", lambda self, item, scenario: pd.Series(zero))
    for finding in findings(facts)[:3]:
        assert "no clear difference" in finding.text, finding.text
        assert "changes it most" not in finding.text
    last = findings(facts)[-1].text
    assert "no clear difference to History" in last
    assert all(title in last for title in ("Restraint", "Un stays", "France stays"))


def test_names_of_scenarios_do_not_matter(fake, fake_path, tmp_path):
    """With two names exchanged in the tables, the findings are the same with the titles exchanged."""
    swap = {"restraint": "france_stays", "france_stays": "restraint"}
    other = open_folder(renamed(fake_path, tmp_path / "renamed", swap))
    before, after = ([finding.text for finding in told(folder)] for folder in (fake, other))
    assert before != after
    titles = {"Restraint": "France stays", "France stays": "Restraint"}
    exchanged = [re.sub("Restraint|France stays", lambda found: titles[found[0]], text) for text in before]
    # lists of names are in the order of the scenarios, which is another
    assert [sorted(re.findall(r"\w+", text)) for text in exchanged] == [
        sorted(re.findall(r"\w+", text)) for text in after
    ]
    assert exchanged[0] == after[0]


def test_few_replicates_are_no_difference(teaching):
    """Three replicates: nothing is called a difference, whatever the numbers."""
    every = told(teaching)
    assert 5 <= len(every) <= 8
    assert "so few replicates (3)" in every[-1].text
    for finding in every:
        if finding.key in ("displaced", "killed", "control", "supply"):
            assert "no clear difference" in finding.text


def judged_as(facts, difference, low, high, stars):
    """The finding on displaced people, were all scenarios to differ so."""
    item = facts.item("displaced")
    level = facts.level(item)
    row = Judged(difference * level, low * level, high * level, 0.01, 1.0, level, stars)
    facts.__dict__["judged"] = {(item, name): row for name in facts.others}
    return lever(facts, "displaced", item).text


def test_what_is_small_or_unsure_is_not_called_a_difference(fake):
    """Half a percent with an interval beside zero is a trifle; a tenth with zero in its interval is chance."""
    facts = Facts(fake, Words())
    trifle = judged_as(facts, 0.005, 0.004, 0.006, 0)
    assert trifle.startswith("There is no clear difference.")
    assert "is below 1\u00a0% of the baseline's mean" in trifle
    chance = judged_as(facts, 0.1, -0.1, 0.3, 0)
    assert chance.startswith("There is no clear difference.")
    assert "cannot be told from chance" in chance
    alone = judged_as(facts, 0.1, 0.05, 0.15, 1)
    assert "changes it most" in alone
    assert "holds by itself only" in alone


def test_replicates_needed_by_hand():
    """A half-width twice the difference takes four times the replicates."""
    assert replicates_needed(10.0, -10.0, 30.0, 12) == 48
    assert replicates_needed(-10.0, -30.0, 10.0, 12) == 48
    assert replicates_needed(10.0, -0.5, 20.5, 4) == 6  # five would do, but nothing is said below six
