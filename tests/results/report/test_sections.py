"""Sections say what they show: bars end with their orders, the worst towns are the worst, flows of all scenarios."""

import re

import pandas as pd
import pytest

from sim.results.figures.decisions import schedule_of
from sim.results.report.facts import Facts
from sim.results.report.sections import displacement, scenarios, supply
from sim.results.report.words import Words

BAN = {"actor": "jnim", "order": "blockade", "places": ["Bamako"], "weeks": None}


def event(day, effect="order", **fields):
    return {"date": day, "effect": effect, "title": "", "fields": {**BAN, **fields}}


def test_a_bar_ends_where_its_order_is_lifted_or_replaced(fake, monkeypatch):
    """An order without end runs to the right edge, unless it is lifted, replaced, or ends by itself."""
    facts = Facts(fake, Words("en"))
    start, end = scenarios.period(facts)

    def right_ends(*events):
        plan = {str(at): item for at, item in enumerate(events)}
        monkeypatch.setitem(fake.run["configuration"]["restraint"], "schedule", plan)
        boxes = " ".join(scenarios.bars(facts, "restraint", start, end, 0))
        return [float(x) + float(w) for x, w in re.findall(r'x="([\d.]+)".*?width="([\d.]+)"', boxes)]

    day = "2023-03-01"
    ends = scenarios.place(pd.Timestamp(day), start, end)
    assert right_ends(event("2023-01-10")) == pytest.approx([scenarios.RIGHT])
    assert right_ends(event("2023-01-10"), event(day, "lift")) == pytest.approx([ends], abs=0.2)
    assert right_ends(event("2023-01-10"), event(day, "lift", places=["Gao"])) == pytest.approx([scenarios.RIGHT])
    assert right_ends(event("2023-01-10"), event(day, "lift", actor="issp")) == pytest.approx([scenarios.RIGHT])
    assert right_ends(event("2023-01-10"), event(day)) == pytest.approx([ends, scenarios.RIGHT], abs=0.2)
    four = scenarios.place(pd.Timestamp("2023-02-07"), start, end)
    assert right_ends(event("2023-01-10", weeks=4)) == pytest.approx([four], abs=0.2)


def test_what_lies_beyond_the_period_is_no_decision_of_it(fake, monkeypatch):
    plan = {"now": event("2023-02-01"), "later": event("2200-01-01")}
    monkeypatch.setitem(fake.run["configuration"]["restraint"], "schedule", plan)
    assert list(schedule_of(fake, "restraint")) == ["now"]


def test_the_worst_towns_are_ranked_by_what_is_said():
    columns = ["scenario", "town", "share_below_half", "weeks_below_half", "served_worst_month", "people"]
    rows = [
        ("a", "Large", 1.0, 4, 0.3, 9e6),
        ("b", "Large", 0.0, 4, 0.3, 9e6),
        ("a", "Long", 0.8, 50, 0.2, 1e4),
        ("b", "Long", 0.8, 50, 0.2, 1e4),
        ("a", "Short", 0.8, 20, 0.1, 5e5),
        ("b", "Short", 0.8, 20, 0.1, 5e5),
        ("a", "Served", 0.0, 0, 1.0, 1e6),
        ("b", "Served", 0.0, 0, 1.0, 1e6),
    ]
    assert supply.worst(pd.DataFrame(rows, columns=columns)) == ["Long", "Short", "Large"]


def test_flows_of_every_scenario_are_drawn_at_one_scale(fake):
    facts = Facts(fake, Words("en"))
    page = str(displacement.displacement(facts))
    titles = [facts.title(name) for name in facts.scenarios]
    assert re.findall(r"<figcaption>Flight from home, (.*?): ", page) == titles
    sums = {name: displacement.sums_of(facts, displacement.flow_sums(facts), name) for name in facts.scenarios}
    layout = displacement.laid_out(facts, sums)
    for name, own in layout.flows.items():
        assert own["persons"].sum() == pytest.approx(sums[name]["persons"].sum())
        assert own["persons"].sum() * layout.scale <= displacement.HEIGHT
        assert set(own["left"]) <= set(layout.left)
        assert set(own["right"]) <= set(layout.right)


def test_levels_are_means_everywhere_and_named(fake):
    import numpy as np

    facts = Facts(fake, Words("en"))
    values = np.array([1e6, 1e6, 7e6])
    assert facts.spread(values, "persons").startswith("3.00\u00a0M (mean; 90\u00a0% of replicates: ")
    assert "3.00\u00a0M" in facts.spread_cell(values, "persons")
