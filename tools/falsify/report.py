"""What a search came to: `report.md` and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from sim.core.files import atomic_write
from sim.core.numbers import short_number
from tools.falsify import distance
from tools.falsify.search import Found, Judged, Plan
from tools.falsify.space import Space
from tools.falsify.targets import Target, hits_all

SHOWN_PAIRS = 12  # pairs of lines, and correlations, that stand on the page


def hits_of(item: Judged, targets: Sequence[Target]) -> dict[str, bool]:
    """Which lines a point hits, by id."""
    return {target.id: target.hit(item.lines[:, m]) for m, target in enumerate(targets)}


def nearest(found: Found, targets: Sequence[Target], m: int) -> Judged:
    """The point with fresh replicates whose median lies nearest to the band of a line; of several, the best of all."""
    keys = [
        (distance.outside(item.median[None], targets)[0, m], distance.distance(item.median[None], targets)[0])
        for item in found.judged
    ]
    return found.judged[min(range(len(keys)), key=lambda i: keys[i])]


def in_order(found: Found, targets: Sequence[Target]) -> list[Judged]:
    """Points with fresh replicates, those that hit all first, then by the distance of their medians."""
    return sorted(
        found.judged,
        key=lambda item: (
            not hits_all(list(targets), hits_of(item, targets)),
            distance.distance(item.median[None], targets)[0],
        ),
    )


# -- tables


def lines_table(found: Found, targets: Sequence[Target]) -> pd.DataFrame:
    """A row for each line: its band, the nearest point, its median and spread, what single runs gave."""
    _, _, lines = found.all_runs()
    rows = []
    for m, target in enumerate(targets):
        item = nearest(found, targets, m)
        own = item.lines[:, m]
        share = (distance.outside(found.design_lines, targets)[:, m] == 0).mean()
        rows.append(
            {
                "line": target.id,
                "low": target.low,
                "high": target.high,
                "hit": target.hit(own),
                "hit_by": sum(hits_of(other, targets)[target.id] for other in found.judged),
                "nearest": item.name,
                "median": float(np.median(own)),
                "q05": float(np.quantile(own, 0.05)),
                "q95": float(np.quantile(own, 0.95)),
                "outside": float(distance.outside(item.median[None], targets)[0, m]),
                "least_single": float(np.nanmin(lines[:, m])),
                "most_single": float(np.nanmax(lines[:, m])),
                "design_inside": float(share),
                "set": target.set,
                "needed": target.needed if target.set else "",
                "source": target.source,
            }
        )
    return pd.DataFrame(rows)


def points_table(found: Found, targets: Sequence[Target], space: Space) -> pd.DataFrame:
    """A row for each point with fresh replicates: hits, distance, values of parameters, medians of lines."""
    rows = []
    for item in in_order(found, targets):
        hit = hits_of(item, targets)
        row = {"point": item.name, "hits": sum(hit.values()), "of": len(hit), "all": hits_all(list(targets), hit)}
        row["distance"] = float(distance.distance(item.median[None], targets)[0])
        rows.append(row | space.named(item.place) | dict(zip([t.id for t in targets], item.median)))
    return pd.DataFrame(rows)


def posterior_table(found: Found, space: Space) -> pd.DataFrame:
    """A row for each parameter: its range, default and middle, and the members' mean and 90 %.

    The mean is taken where the inversion works, on the logit of the place in the range.
    """
    from tools.falsify.space import free, placed

    mean = space.values(placed(free(found.posterior).mean(axis=0)))
    low, high = (space.values(np.quantile(found.posterior, q, axis=0)) for q in (0.05, 0.95))
    return pd.DataFrame(
        {
            "parameter": p.name,
            "unit": p.unit,
            "low": p.low,
            "high": p.high,
            "default": p.default,
            "middle": p.middle(),
            "mean": mean[k],
            "q05": low[k],
            "q95": high[k],
            "place": float(found.posterior[:, k].mean()),
        }
        for k, p in enumerate(space.parameters)
    )


def correlations_table(found: Found, targets: Sequence[Target], space: Space) -> pd.DataFrame:
    """Rank correlation of each parameter with each line over the design, and the elasticity of the line to it.

    Elasticity: slope of log(1 + line) on the logarithm of the parameter in a linear regression on all parameters (on
    their values where a range touches 0, and then no elasticity is given). NaN with too few points.
    """
    places, lines = found.design, found.design_lines
    values = space.values(places)
    logs = np.array([p.low > 0 for p in space.parameters])
    x = np.where(logs, np.log(np.where(logs, values, 1.0)), values)
    x = np.column_stack([np.ones(len(x)), x])
    rows = []
    for m, target in enumerate(targets):
        y = lines[:, m]
        good = np.isfinite(y)
        enough = good.sum() > x.shape[1] + 2
        slope = np.linalg.lstsq(x[good], np.log1p(np.maximum(y[good], 0.0)), rcond=None)[0][1:] if enough else None
        for k, p in enumerate(space.parameters):
            rank = correlation(rankdata(places[good, k]), rankdata(y[good]))
            elastic = float(slope[k]) if enough and logs[k] and target.scale == "log" else np.nan
            rows.append({"parameter": p.name, "line": target.id, "rank_correlation": rank, "elasticity": elastic})
    return pd.DataFrame(rows)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's coefficient; NaN where one of the two does not vary."""
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def together_table(found: Found, targets: Sequence[Target]) -> pd.DataFrame:
    """Pairs of lines: share of all single runs inside both bands, and what independence would give."""
    _, _, lines = found.all_runs()
    inside = distance.outside(lines, targets) == 0
    rows = []
    for a in range(len(targets)):
        for b in range(a + 1, len(targets)):
            both = float((inside[:, a] & inside[:, b]).mean())
            apart = float(inside[:, a].mean() * inside[:, b].mean())
            hit = [item.name for item in found.judged if all(targets[k].hit(item.lines[:, k]) for k in (a, b))]
            rows.append(
                {
                    "line": targets[a].id,
                    "other": targets[b].id,
                    "both": both,
                    "if_independent": apart,
                    "hit_by": len(hit),
                }
            )
    return pd.DataFrame(rows, columns=["line", "other", "both", "if_independent", "hit_by"])


# -- the page


def write(folder: Path, mechanism: str, plan: Plan, space: Space, targets: Sequence[Target], found: Found, told: dict):
    """Write `report.md` and the tables into the folder; returns the lines of the page."""
    tables = {
        "lines": lines_table(found, targets),
        "points": points_table(found, targets, space),
        "posterior": posterior_table(found, space),
        "correlations": correlations_table(found, targets, space),
        "together": together_table(found, targets),
    }
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        atomic_write(Path(folder) / f"{name}.csv", lambda file, text=text: file.write(text.encode()))
    page = markdown(mechanism, plan, space, targets, found, told, tables)
    atomic_write(Path(folder) / "report.md", lambda file: file.write(("\n".join(page) + "\n").encode()))
    return page


def verdict(found: Found, targets: Sequence[Target]) -> str:
    """What was found, in a sentence or two."""
    best = in_order(found, targets)[0]
    hit = hits_of(best, targets)
    alone = {t.id for m, t in enumerate(targets) if any(t.hit(item.lines[:, m]) for item in found.judged)}
    never = [target.id for target in targets if target.id not in alone]
    if hits_all(list(targets), hit):
        text = f"**A single point hits what is asked**: {best.name}, {sum(hit.values())} of {len(hit)} lines."
    else:
        text = (
            f"**Nothing that was tried hits all lines.** The best point, {best.name}, hits {sum(hit.values())} of "
            f"{len(hit)}."
        )
    text += f" Some point hits {len(alone)} of {len(hit)}."
    return text + (f" No point hits: {', '.join(never)}." if never else "")


def markdown(mechanism, plan, space, targets, found, told, tables) -> list[str]:
    """The page."""
    sessions = told.get("sessions", [])
    runs = sum(item["runs"] for item in sessions)
    minutes = sum(item["seconds"] for item in sessions) / 60.0
    rounds = len(found.rounds)
    number = 1 + next(i for i, r in enumerate(found.rounds) if r.time > 1.0 - 1e-9)
    reached = f"The time of the inversion reached 1 in round {number}; parameters below are those of its members then."
    return [
        f"# Falsifier, mechanism {mechanism}",
        "",
        verdict(found, targets),
        "",
        f"{plan.points} points of a scrambled Sobol design over {len(space.names)} parameters, {rounds} rounds of an "
        f"ensemble Kalman inversion with {plan.members} members, {len(found.judged)} points with {plan.fresh} fresh "
        f"replicates. {runs} runs in {minutes:.0f} minutes. {reached}",
        "",
        "A line is hit where the median of the fresh replicates lies inside its band.",
        "",
        "## Lines and their nearest misses",
        "",
        *line_rows(tables["lines"]),
        "",
        "## Points",
        "",
        *point_rows(found, targets, space),
        "",
        *set_rows(found, targets),
        "## Parameters",
        "",
        "Mean and 90 % of the members; a default that has neither a source nor a clear middle is the mean.",
        "",
        "| parameter | unit | range | default | mean | 90 % |",
        "|---|---|---|---:|---:|---:|",
        *(
            f"| {r.parameter} | {r.unit} | {r.low:g} to {r.high:g} | {r.default:g} | {r.mean:.3g} | "
            f"{r.q05:.3g} to {r.q95:.3g} |"
            for r in tables["posterior"].itertuples()
        ),
        "",
        "## Strongest correlations over the design",
        "",
        *correlation_rows(tables["correlations"]),
        "",
        "## Lines that exclude one another",
        "",
        *pair_rows(tables["together"]),
        "",
        "## Rounds",
        "",
        "| round | time after it | mean misfit before it | mean distance before it |",
        "|---:|---:|---:|---:|",
        *(
            f"| {i} | {r.time:.2f} | {r.misfit:.3g} | {np.mean(distance.distance(r.lines, targets)):.3g} |"
            for i, r in enumerate(found.rounds, start=1)
        ),
        f"| end | | | {np.mean(distance.distance(found.members_lines, targets)):.3g} |",
    ]


def line_rows(table: pd.DataFrame) -> list[str]:
    """The lines, those that nothing hit first, the furthest first."""
    rows = [
        "| line | band | nearest median | 90 % | | which point | design inside |",
        "|---|---|---:|---:|---|---|---:|",
    ]
    for r in table.sort_values(["hit", "outside"], ascending=[True, False], kind="stable").itertuples():
        spread = f"{short_number(r.q05)} to {short_number(r.q95)}"
        state = f"hit by {r.hit_by}" if r.hit else "**missed**"
        band = f"{short_number(r.low)} to {short_number(r.high)}"
        cells = (r.line, band, short_number(r.median), spread, state, r.nearest, f"{r.design_inside:.0%}")
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def point_rows(found: Found, targets: Sequence[Target], space: Space) -> list[str]:
    """The points with fresh replicates: lines that each hits together, its parameters."""
    rows = []
    for item in in_order(found, targets):
        hit = hits_of(item, targets)
        values = ", ".join(f"{name}={value:.3g}" for name, value in space.named(item.place).items())
        missed = [name for name, yes in hit.items() if not yes]
        away = distance.distance(item.median[None], targets)[0]
        rows.append(
            f"- **{item.name}**: {sum(hit.values())} of {len(hit)}, distance {away:.3g}; hits "
            f"{', '.join(name for name in hit if hit[name]) or 'none'}; misses {', '.join(missed) or 'none'}; {values}"
        )
    return rows


def set_rows(found: Found, targets: Sequence[Target]) -> list[str]:
    """Lines of a set that the best point hits, and how many are needed."""
    hit = hits_of(in_order(found, targets)[0], targets)
    rows = []
    for name in dict.fromkeys(target.set for target in targets if target.set):
        own = [target for target in targets if target.set == name]
        rows.append(
            f"- Set *{name}*: {sum(hit[t.id] for t in own)} of {len(own)} by the best point; {own[0].needed} needed."
        )
    return [*rows, ""] if rows else []


def correlation_rows(table: pd.DataFrame) -> list[str]:
    """The strongest rank correlations, with elasticities."""
    table = table.dropna(subset=["rank_correlation"])
    table = table.loc[table["rank_correlation"].abs().sort_values(ascending=False, kind="stable").index]
    rows = ["| parameter | line | rank correlation | elasticity |", "|---|---|---:|---:|"]
    for r in table.head(SHOWN_PAIRS).itertuples():
        elastic = "-" if r.elasticity != r.elasticity else f"{r.elasticity:+.2f}"
        rows.append(f"| {r.parameter} | {r.line} | {r.rank_correlation:+.2f} | {elastic} |")
    return rows


def pair_rows(table: pd.DataFrame) -> list[str]:
    """Pairs that fewer runs hit together than chance would give, the most at odds first."""
    odd = table[(table["both"] < table["if_independent"]) & (table["hit_by"] == 0)]
    odd = odd.assign(lack=odd["if_independent"] - odd["both"]).sort_values("lack", ascending=False, kind="stable")
    if not len(odd):
        return [
            "None: every two lines that single runs hit are hit together at least as often as chance would have it."
        ]
    rows = ["| line | other | runs inside both | if independent |", "|---|---|---:|---:|"]
    return rows + [
        f"| {r.line} | {r.other} | {r.both:.1%} | {r.if_independent:.1%} |" for r in odd.head(SHOWN_PAIRS).itertuples()
    ]
