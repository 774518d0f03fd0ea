"""Findings: five to eight answers made from the numbers of a folder, each number with where it stands.

Four are about levers (displaced people, civilians killed, control, supply), then for whom and where it is worst, what
would change the answer, and what cannot be told apart.
"""

from __future__ import annotations

from sim.results.report.facts import Facts
from sim.results.report.findings_levers import level, lever
from sim.results.report.findings_more import for_whom, not_apart, what_would_change, where_worst
from sim.results.report.telling import Finding, topics


def findings(facts: Facts) -> list[Finding]:
    """All findings of a folder, in the order in which they stand on the page."""
    found = []
    if facts.others:
        found += [lever(facts, key, item) for key, item in topics(facts)]
    else:
        found += [level(facts, key, item) for key, item in topics(facts)]
    found += [made for make in (for_whom, where_worst, what_would_change) if (made := make(facts)) is not None]
    return found + ([not_apart(facts)] if facts.others else [])
