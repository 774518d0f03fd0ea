"""Seasons, one place and one day at a time."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIRST_DAY = date(2001, 1, 1)
PAVED, TRACK = 0, 1  # kinds of edges
MONTHS = range(1, 13)


class Seasons:
    """Factors of every month at every place of a plain model."""

    def __init__(self, model):
        said = model.settings.region_info.extra
        self.p = model.p.season
        self.rains = tuple(
            (row["latitude"], day_in_year(row.get("first")), day_in_year(row.get("last")))
            for row in said.get("rains") or ()
        )
        lean = said.get("lean_season")
        self.lean_season = lean and (lean["pastoral_from"], tuple(lean["pastoral"]), tuple(lean["farming"]))
        edges = model.world.edges
        self.kinds = edges.kind.tolist()
        self.paved = {
            int(cell)
            for e, kind in enumerate(self.kinds)
            if kind == PAVED
            for cell in edges.edge_cell[edges.edge_start[e] : edges.edge_start[e + 1]]
        }

    def wet(self, latitude: float) -> list[float]:
        """Part of the days of each month in the rains."""
        return wet_months(latitude, self.rains)

    def off_road(self, cell, month: int) -> float:
        """Hours off the roads over those of the year's mean."""
        hours = [1.0 / (1.0 - self.p.slow * wet) for wet in self.wet(cell.lat)]
        return hours[month - 1] / (sum(hours) / 12.0)

    def hours(self, cell, month: int) -> float:
        """Hours of travel over those of the year's mean; a paved road is one in all weathers."""
        return 1.0 if cell.index in self.paved else self.off_road(cell, month)

    def attacks(self, cell, month: int, power: float) -> float:
        """Attacks that go by a power of the pace off the roads, over those of the year's mean."""
        pace = [(1.0 - self.p.slow * wet) ** power for wet in self.wet(cell.lat)]
        return pace[month - 1] / (sum(pace) / 12.0)

    def raids(self, cell, month: int) -> float:
        """Attacks and violence of irregulars."""
        return self.attacks(cell, month, self.p.raids)

    def sweeps(self, cell, month: int) -> float:
        """Operations of the state's side, which begin on the paved roads where there are any."""
        return 1.0 if cell.index in self.paved else self.attacks(cell, month, 1.0)

    def lean(self, cell, month: int) -> float:
        """Hardship over that of the year's mean."""
        if not self.lean_season:
            return 1.0
        north, pastoral, farming = self.lean_season
        months = pastoral if cell.lat >= north else farming
        most = 1.0 + self.p.lean
        return (most if month in months else 1.0) / ((len(months) * most + 12 - len(months)) / 12.0)

    def way_hours(self, edge, cells, month: int) -> float:
        """Hours on a stretch of road: a track is as good as the ground it leads over."""
        km = sum(part for _, part in edge.cells)
        if self.kinds[edge.index] != TRACK or km <= 0.0:
            return edge.way_hours
        slowed = sum(part * self.off_road(cells[cell], month) for cell, part in edge.cells)
        return edge.way_hours * slowed / km


def day_in_year(text: str | None) -> int | None:
    """Number of a day "MM-DD" in a year without a leap day, from 0."""
    if text is None:
        return None
    month, day = text.split("-")
    return (date(2001, int(month), int(day)) - FIRST_DAY).days


@lru_cache(maxsize=1000)
def wet_months(latitude: float, rains: tuple) -> list[float]:
    """Part of the days of each month between the first and the last rain at a latitude."""
    if not rains:
        return [0.0] * 12
    dated = [row for row in rains if row[1] is not None]
    first, last = (between(latitude, [(row[0], row[k]) for row in dated]) for k in (1, 2))
    fade = 1.0
    if rains[-1][1] is None:
        edge, none = dated[-1][0], rains[-1][0]
        fade = min(1.0, max(0.0, (none - latitude) / (none - edge)))
    wet, days = [0.0] * 12, [0] * 12
    for n in range(365):
        month = (FIRST_DAY + timedelta(days=n)).month - 1
        days[month] += 1
        wet[month] += max(0.0, min(n + 1.0, last + 1.0) - max(float(n), first))  # the part of the day in the rains
    return [fade * part / whole for part, whole in zip(wet, days, strict=True)]


def between(x: float, points: list) -> float:
    """Height at `x` of the line through points in order of their place; as at its ends beyond them."""
    before = points[0]
    for point in points:
        if x <= point[0]:
            if point is before:
                return float(point[1])
            return before[1] + (point[1] - before[1]) * (x - before[0]) / (point[0] - before[0])
        before = point
    return float(before[1])
