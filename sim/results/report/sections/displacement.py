"""Displacement by origin and host: flows of first flights out of flows.parquet, mean over replicates."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.files import NotRecorded
from sim.results.intervals import distinguishable
from sim.results.paired_differences import summarise
from sim.results.report import svg
from sim.results.report.facts import Facts
from sim.results.report.html import Html, figure, folded, joined, paragraph, table
from sim.results.report.sections.scenarios import swatch

#: flights from home; onward moves and returns are told beside them
FLIGHTS = ("idp", "refugee")
#: areas named on each side; the rest of a state is taken together
NAMED_AREAS = 12
#: states with a smaller share of all are taken together
LEAST = 0.005
KEYS = ["scenario", "replicate", "origin", "destination", "kind"]
#: of the large picture
WIDTH, HEIGHT, X1, X2, BAR, GAP = 745, 560, 205, 515, 12, 5


def displacement(facts: Facts) -> Html:
    """The section."""
    flows = flow_sums(facts)
    words = facts.words
    if not len(flows):
        return paragraph(words.say("empty_table", table="flows.parquet"))
    parts = [paragraph(words.say("flows_how", states=facts.states, replicates=len(facts.listed)))]
    sums = {name: sums_of(facts, flows, name) for name in facts.scenarios}
    if sum(float(table["persons"].sum()) for table in sums.values()) <= 0:
        return joined([*parts, paragraph(words.say("flows_nothing"))])
    layout = laid_out(facts, sums)
    parts.append(large(facts, facts.baseline, layout))
    for name in facts.others:
        total = words.number(float(layout.flows[name]["persons"].sum()), "persons")
        parts.append(
            folded(words.say("flows_same", scenario=facts.title(name), total=total), large(facts, name, layout))
        )
    parts.append(by_state(facts, flows))
    return joined(parts)


@dataclass(frozen=True)
class Layout:
    """What the pictures of all scenarios have in common, so that they can be compared: persons by `left` and `right`
    bar of each scenario, the bars of both sides in their order, points a person."""

    flows: dict[str, pd.DataFrame]
    left: list[str]
    right: list[str]
    scale: float


def laid_out(facts: Facts, sums: dict[str, pd.DataFrame]) -> Layout:
    """The bars are those of the mean over scenarios, the scale that of the fullest."""
    every = pd.concat(sums.values(), ignore_index=True)
    every = every.groupby(["origin", "destination"], as_index=False)["persons"].sum()
    bars = {}
    for side, column in (("left", "origin"), ("right", "destination")):
        every[side] = named(facts, every, column, NAMED_AREAS)
        bars[side] = dict(zip(every[column], every[side]))
    flows = {}
    for name, own in sums.items():
        own = own.assign(left=own["origin"].map(bars["left"]), right=own["destination"].map(bars["right"]))
        flows[name] = own.groupby(["left", "right"], as_index=False)["persons"].sum()
    order = {side: list(ordered(facts, every, side)) for side in bars}
    fullest = max(float(own["persons"].sum()) for own in flows.values())
    scale = (HEIGHT - 30 - GAP * (max(map(len, order.values())) - 1)) / fullest
    return Layout(flows, order["left"], order["right"], scale)


def flow_sums(facts: Facts) -> pd.DataFrame:
    """Persons by scenario, replicate, origin, destination and kind, summed over the period; row group by row group."""
    path = facts.folder.path / "flows.parquet"
    if not path.exists():
        raise NotRecorded("flows.parquet")
    pieces = []
    with pq.ParquetFile(facts.folder.table("flows.parquet"), page_checksum_verification=True) as file:
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number, columns=[*KEYS, "persons"])
            pieces.append(rows.group_by(KEYS).aggregate([("persons", "sum")]))
    if not pieces:
        return pd.DataFrame(columns=[*KEYS, "persons"])
    whole = pa.concat_tables(pieces).group_by(KEYS).aggregate([("persons_sum", "sum")]).to_pandas()
    return whole.rename(columns={"persons_sum_sum": "persons"})


def sums_of(facts: Facts, flows: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Persons of the theatre who fled in a scenario by origin and destination, mean over the replicates with flows."""
    own = flows[(flows["scenario"] == scenario) & flows["kind"].isin(FLIGHTS)]
    own = own[own["origin"].astype(str).str.partition(".")[0].isin(facts.theatre)]
    own = own.assign(**{side: own[side].astype(str) for side in ("origin", "destination")})
    total = own.groupby(["origin", "destination"], as_index=False)["persons"].sum()
    total["persons"] = total["persons"] / max(1, len(facts.listed))
    return total


# ---------------------------------------------------------------------------- the large picture


def large(facts: Facts, scenario: str, layout: Layout) -> Html:
    """Areas that people leave on the left, areas and states that take them in on the right."""
    words, total, scale = facts.words, layout.flows[scenario], layout.scale
    left, right = (
        total.groupby(side)["persons"].sum().reindex(names, fill_value=0.0).loc[lambda x: x > 0].to_dict()
        for side, names in (("left", layout.left), ("right", layout.right))
    )
    whole = float(total["persons"].sum())
    height = max(sum(bars.values()) * scale + GAP * len(bars) for bars in (left, right)) + 30
    tops = {side: stacked(values, scale) for side, values in (("left", left), ("right", right))}
    colour = {code: svg.STATES[at % len(svg.STATES)] for at, code in enumerate(facts.theatre)}
    parts = []
    at = {side: dict(found) for side, found in tops.items()}
    order = {name: place for place, name in enumerate(right)}
    for name in left:
        own = total[total["left"] == name]
        for row in own.sort_values("right", key=lambda column: column.map(order)).itertuples():
            size = row.persons * scale
            shade = colour.get(name.partition(".")[0], svg.GREY)
            parts.append(svg.ribbon(X1 + BAR, at["left"][name], X2, at["right"][row.right], size, shade))
            at["left"][name] += size
            at["right"][row.right] += size
    for side, values, x in (("left", left, X1), ("right", right, X2)):
        for name, persons in values.items():
            y, size = tops[side][name], persons * scale
            parts.append(svg.box(x, y, BAR, max(size, 0.8), colour.get(name.partition(".")[0], svg.GREY)))
    for side, values, x, anchor in (("left", left, X1 - 6, "end"), ("right", right, X2 + BAR + 6, "start")):
        centres = spaced([tops[side][name] + persons * scale / 2 for name, persons in values.items()])
        height = max([height, *(y + 10 for y in centres)])
        for (name, persons), y in zip(values.items(), centres):
            text = f"{place_name(facts, name)} {words.number(persons, 'persons')}"
            parts.append(svg.words(x, y + 4, text, anchor, more=' font-size="12"'))
    parts.append(svg.words(X1 + BAR, 12, words.say("flows_from"), "end", svg.GREY))
    parts.append(svg.words(X2, 12, words.say("flows_to"), "start", svg.GREY))
    label = words.say(
        "flows_of",
        scenario=facts.title(scenario),
        total=words.number(whole, "persons"),
        origins=told(facts, left),
        hosts=told(facts, right),
    )
    caption = words.say("flows_caption", scenario=facts.title(scenario), total=words.number(whole, "persons"))
    drawn = figure(svg.picture(WIDTH, min(HEIGHT + 16, height), label, *parts), caption, hint=words.say("scroll_hint"))
    return joined([drawn, pairs_table(facts, total)])


def named(facts: Facts, mine: pd.DataFrame, side: str, most: int) -> pd.Series:
    """The side's areas, those beyond the largest as the rest of their state; states outside the theatre as such."""
    inside = mine[side].map(lambda name: name.partition(".")[0] in facts.theatre)
    largest = mine[inside].groupby(side)["persons"].sum().nlargest(most).index
    state = mine[side].map(lambda name: name.partition(".")[0])
    rest = state.where(~inside, state + ".*")
    found = mine[side].where(mine[side].isin(largest), rest)
    sums = mine["persons"].groupby(found).sum()
    small = sums.index[
        (sums < LEAST * sums.sum()) & ~sums.index.str.partition(".").get_level_values(0).isin(facts.theatre)
    ]
    return found.where(~found.isin(small), "others")


def ordered(facts: Facts, total: pd.DataFrame, side: str) -> dict[str, float]:
    """Persons by name: states of the theatre in their order, in each the largest areas first and the rest last."""
    sums = total.groupby(side)["persons"].sum()
    sums = sums[sums > 0]

    def key(name: str) -> tuple:
        code = name.partition(".")[0]
        state = facts.theatre.index(code) if code in facts.theatre else len(facts.theatre)
        return state, name.endswith(".*") or name in ("outside", "others"), -sums[name]

    return {name: float(sums[name]) for name in sorted(sums.index, key=key)}


def stacked(values: dict[str, float], scale: float) -> dict[str, float]:
    """The top of each bar."""
    tops, y = {}, 24.0
    for name, persons in values.items():
        tops[name] = y
        y += persons * scale + GAP
    return tops


def spaced(centres: list[float], least: float = 13.5) -> list[float]:
    """Heights of labels near the given ones, none closer to the next than it takes to read them."""
    found: list[float] = []
    for y in centres:
        found.append(max(y, found[-1] + least) if found else max(y, 28.0))
    over = found[-1] - (HEIGHT + 8) if found else 0.0
    for at in range(len(found) - 1, -1, -1):
        limit = HEIGHT + 8 if at == len(found) - 1 else found[at + 1] - least
        found[at] = min(found[at], limit) if over > 0 else found[at]
    return found


def place_name(facts: Facts, name: str) -> str:
    """A short name of a bar."""
    code, _, rest = name.partition(".")
    if name in ("outside", "others"):
        return facts.words.say(f"flows_{name}")
    if rest == "*":
        return facts.words.say("flows_rest", country=facts.country(code))
    return rest or facts.country(code)


def told(facts: Facts, values: dict[str, float], most: int = 5) -> str:
    """The largest bars in words."""
    largest = sorted(values, key=lambda name: -values[name])[:most]
    return ", ".join(f"{place_name(facts, name)} {facts.words.number(values[name], 'persons')}" for name in largest)


def pairs_table(facts: Facts, total: pd.DataFrame) -> Html:
    """The largest flows as numbers, folded."""
    words = facts.words
    rows = [
        [place_name(facts, row.left), place_name(facts, row.right), words.number(row.persons, "persons")]
        for row in total.nlargest(25, "persons").itertuples()
    ]
    head = [words.say("head_from"), words.say("head_to"), words.say("head_persons")]
    return folded(words.say("as_numbers"), table(words.say("flows_largest"), head, rows, left=2))


# ---------------------------------------------------------------------------- scenarios side by side


def by_state(facts: Facts, flows: pd.DataFrame) -> Html:
    """Flights by state of origin and where they ended, and returns, of every scenario beside the baseline."""
    words = facts.words
    flows = flows.assign(code=flows["origin"].str.partition(".")[0], host=flows["destination"].str.partition(".")[0])
    rows = []
    for code in facts.theatre:
        for key in ("inside", "abroad", "returned"):
            wide = persons_of(facts, flows, code, key)
            row: list[object] = [words.say(f"flows_row_{key}", country=facts.country(code))]
            base = wide[facts.baseline].to_numpy(float)
            row.append(words.number(base.mean(), "persons"))
            for name in facts.others:
                found = {k: float(v) for k, v in summarise(wide[name].to_numpy(float), base).items()}
                clear = bool(distinguishable(found["low"], found["high"], len(facts.listed)))
                row.append(facts.cell(found, "persons", float(base.mean()), int(clear)))
            rows.append(row)
    head = [words.say("head_flow"), swatch(facts, facts.baseline), *(swatch(facts, name) for name in facts.others)]
    caption = words.say("flows_table" if facts.others else "flows_table_alone", replicates=len(facts.listed))
    return table(caption, head, rows)


def persons_of(facts: Facts, flows: pd.DataFrame, code: str, key: str) -> pd.DataFrame:
    """Persons by replicate and scenario: who fled within a state, out of it, or came home to it."""
    if key == "returned":
        own = flows[(flows["kind"] == "return") & (flows["host"] == code)]
    else:
        own = flows[flows["kind"].isin(FLIGHTS) & (flows["code"] == code)]
        own = own[(own["host"] == code) == (key == "inside")]
    wide = own.groupby(["replicate", "scenario"])["persons"].sum().unstack("scenario")
    return wide.reindex(index=facts.listed, columns=facts.scenarios).fillna(0.0)
