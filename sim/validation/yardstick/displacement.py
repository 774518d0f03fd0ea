"""(b) Displaced people beside the registers: stocks and flows by year, refugees by origin and host, admin-1 on dated
counts. Stocks of IDPs are those that a register would hold (`register`), with the true ones beside them.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.validation import facts
from sim.validation.yardstick.deaths import NAMES, STATES
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.register import registered, registered_change
from sim.validation.yardstick.rows import NOT_RECORDED, Row, measured, recorded

#: names of countries of asylum
HOSTS = {code: name for code, name in NAMES.items() if len(code) == 3} | {
    "MRT": "Mauritania",
    "CIV": "Cote d'Ivoire",
    "GHA": "Ghana",
    "TGO": "Togo",
    "BEN": "Benin",
    "DZA": "Algeria",
    "SEN": "Senegal",
    "GIN": "Guinea",
    "LBY": "Libya",
    "NGA": "Nigeria",
    "TCD": "Chad",
}

FEWEST_AREAS = 5
CHIEF_ORIGIN = "MLI"  # of refugees in the areas that have been counted
#: measure of a count by admin-1 area -> monthly outcome
ADMIN_OUTCOMES = {"idps": "idps_hosted", "refugees_hosted": "refugees_hosted"}


def pairs() -> set[tuple[str, str]]:
    """(place, outcome) that the rows of displacement read."""
    wanted = {(c, o) for c in STATES for o in ("idps", "refugees_from", "newly_displaced", "returned")}
    wanted |= {(host, f"refugees_hosted_from.{origin}") for host in HOSTS for origin in STATES}
    return wanted


def displacement_rows(e: Ensemble) -> list[Row]:
    """Stocks and flows of IDPs and refugees by year, and by origin and host."""
    e.load(pairs())
    return [*idp_rows(e), *flow_rows(e), *refugee_rows(e)]


def idp_rows(e: Ensemble) -> list[Row]:
    """IDPs at the end of each year, as a register would hold them and as they are, and their change over the year."""
    rows = []
    table = facts.displaced()
    for country in STATES:
        seen = table[(table["measure"] == "idps") & (table["place"] == country)].set_index("year")
        for year in e.years():
            figure = float(seen["persons"][year]) if year in seen.index else None
            note = str(seen["note"][year]) if year in seen.index else ""
            section = f"Displaced people, {NAMES[country]}"
            about = (f"idps.{country}.{year}", section, "IDPs at year end", str(year), "persons", figure)
            true = recorded(partial(e.at, "idps", country, f"{year}-12-31"))
            held = partial(registered, e, country, f"{year}-12-31")
            rows.append(measured(held, *about, source="IDMC", note=note, true=true))
            about = (f"idps_true.{country}.{year}", section, "IDPs, registered or not", str(year), "persons")
            rows.append(measured(partial(e.at, "idps", country, f"{year}-12-31"), *about, None))
            if year - 1 in e.years():
                known = year in seen.index and year - 1 in seen.index
                change = float(seen["persons"][year] - seen["persons"][year - 1]) if known else None
                about = (f"idps_change.{country}.{year}", section, "change in IDPs", str(year), "persons", change)
                true = recorded(partial(change_in_idps, e, country, year))
                rows.append(measured(partial(registered_change, e, country, year), *about, source="IDMC", true=true))
    return rows


def change_in_idps(e: Ensemble, country: str, year: int) -> np.ndarray:
    """IDPs at the end of a year less those a year before (R,)."""
    return e.at("idps", country, f"{year}-12-31") - e.at("idps", country, f"{year - 1}-12-31")


def flow_rows(e: Ensemble) -> list[Row]:
    """Persons newly displaced and returned in each year."""
    rows = []
    table = facts.displaced()
    for outcome, label in (("newly_displaced", "newly displaced"), ("returned", "returned home")):
        for country in STATES:
            seen = table[(table["measure"] == outcome) & (table["place"] == country)].set_index("year")["persons"]
            for year in e.years():
                figure = float(seen[year]) if year in seen.index else None
                flow = partial(e.total, outcome, country, f"{year}-01-01", f"{year}-12-31")
                source = "IDMC" if figure is not None else ""
                section = f"Displaced people, {NAMES[country]}"
                about = (f"{outcome}.{country}.{year}", section, label, str(year), "persons", figure)
                rows.append(measured(flow, *about, source=source))
    return rows


def refugee_rows(e: Ensemble) -> list[Row]:
    """Refugees and asylum-seekers at the end of each year by origin and country of asylum, and over all of those."""
    rows = []
    table = facts.displaced()
    table = table[table["measure"] == "refugees"]
    for origin in STATES:
        seen = table[(table["origin"] == origin) & table["place"].isin(HOSTS)].set_index(["place", "year"])["persons"]
        for host in HOSTS:
            if host == origin or not (seen.index.get_level_values("place") == host).any():
                continue
            section = f"Refugees from {NAMES[origin]} at the end of the year"
            for year in e.years():
                figure = float(seen[host, year]) if (host, year) in seen.index else None
                if figure is None:
                    continue
                stock = partial(e.at, f"refugees_hosted_from.{origin}", host, f"{year}-12-31")
                about = (f"refugees.{origin}.{host}.{year}", section, f"in {HOSTS[host]}", str(year), "persons", figure)
                rows.append(measured(stock, *about, source="UNHCR"))
    for origin in STATES:
        section = f"Refugees from {NAMES[origin]} at the end of the year"
        own = table[table["origin"] == origin]
        whole = own["year"].isin(own["year"][own["place"] == "elsewhere"])  # other years lack most countries of asylum
        everywhere = own[whole].groupby("year")["persons"].sum()
        for year in e.years():
            figure = float(everywhere[year]) if year in everywhere.index else None
            stock = partial(e.at, "refugees_from", origin, f"{year}-12-31")
            about = (f"refugees.{origin}.all.{year}", section, "everywhere", str(year), "persons", figure)
            rows.append(measured(stock, *about, source="UNHCR"))
    return rows


def counts_by_area(measure: str | None = None) -> pd.DataFrame:
    """Counts by admin-1 area whose measure is recorded, with `parts`, the names of the map that are added up, and
    `day`.
    """
    counts = facts.displaced_admin1()
    counts = counts[counts["measure"].isin(ADMIN_OUTCOMES if measure is None else [measure])]
    return counts.assign(parts=counts["place"].str.split("+"), day=counts["date"].dt.strftime("%Y-%m-%d"))


def admin_rows(e: Ensemble) -> list[Row]:
    """Counts by admin-1 area on their dates; an area that a register leaves out is missing and not zero.

    Refugees by area are recorded without their origin. A count of those from Mali, nearly all of whom these registers
    hold, is set beside all of them; a count of another origin has nothing beside it.
    """
    rows = []
    counts = counts_by_area()
    e.load((place, ADMIN_OUTCOMES[item.measure]) for item in counts.itertuples() for place in item.parts)
    for item in counts.itertuples():
        if not e.covers(item.day, item.day):
            continue
        words = "IDPs" if item.measure == "idps" else "Refugees hosted"
        section = f"{words} by admin-1 area, {HOSTS.get(item.country, item.country)}"
        column = f"{item.day} ({item.register})"
        name = f"admin1.{item.measure}.{item.place}.{item.day}.{item.Index}"
        about = (name, section, column, item.admin1, "persons", float(item.persons))
        stock = partial(at_places, e, ADMIN_OUTCOMES[item.measure], item.parts, item.day)
        more = {"source": item.source, "note": item.note}
        if item.measure == "refugees_hosted" and item.origin:
            alone = f"people from {HOSTS[item.origin]} alone"
            more["note"] = "; ".join(text for text in (alone, item.note) if text)
            if item.origin != CHIEF_ORIGIN:  # the folder has an area's refugees from everywhere, of whom these are few
                rows.append(Row(*about, **more, status=NOT_RECORDED))
                continue
        rows.append(measured(stock, *about, **more))
    return rows


def at_places(e: Ensemble, outcome: str, places: list[str], day: str) -> np.ndarray:
    """A stock on a day, added up over places of the map (R,)."""
    return sum(e.at(outcome, place, day) for place in places)


def share_rows(e: Ensemble) -> list[Row]:
    """How well the shares of areas in a country's IDPs fit on the dates on which a register has at least five of
    them.
    """
    rows = []
    for (country, day, register), group in counts_by_area("idps").groupby(["country", "day", "register"]):
        group = group.drop_duplicates("place")
        if len(group) < FEWEST_AREAS or not e.covers(day, day):
            continue
        section = "Shares of admin-1 areas in a country's IDPs: mean absolute error"
        name, label = f"admin1_shares.{country}.{day}.{register}", f"{HOSTS.get(country, country)}, {day} ({register})"
        try:
            simulated = np.array([at_places(e, "idps_hosted", parts, day) for parts in group["parts"]])
        except NotRecorded:
            rows.append(Row(name, section, "points", label, "points", status=NOT_RECORDED))
            continue
        error = share_error(simulated, group["persons"].to_numpy(dtype=float))
        note = f"over the {len(group)} areas of the count"
        rows.append(Row(name, section, "points", label, "points", None, error, "see the counts", note=note))
    return rows


def share_error(simulated: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Mean absolute difference of shares, in points (R,), of persons (areas, R) beside a count (areas,)."""
    shares = simulated / np.maximum(1.0, simulated.sum(axis=0))
    return 100.0 * np.abs(shares - (observed / observed.sum())[:, None]).mean(axis=0)
