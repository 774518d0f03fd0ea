"""Labelled data of what was observed: by cell and month, by country and year, by country and month (xarray)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from sim.validation.downloads.events import GOVERNMENT, OTHER_PERPETRATOR, TO_PLACE, TYPES
from sim.validation.downloads.sources.country_year import ESTIMATES
from sim.validation.downloads.sources.country_year import KINDS as KINDS_OF_DEATHS
from sim.validation.downloads.sources.unhcr import ABROAD
from sim.validation.downloads.sources.unhcr import SOURCE as UNHCR
from sim.world.grid import centre_of

FLOAT = "float64"

NAMES_OF_ESTIMATES = {"best": "deaths_by_year", "low": "deaths_by_year_low", "high": "deaths_by_year_high"}


def by_cell_month(events: pd.DataFrame) -> xr.Dataset:
    """Events as counts and deaths by record (UCDP GED, ACLED), type, cell and month.

    Cells are those with an event in any record, months run from the first to the last. A cell and month without an
    event is zero where a record covers it: between the months of its first and last event, in the countries that it
    has events in. Elsewhere it is missing. A sum over events of which one is not known is missing: `civilians` where
    the file does not tell them, `deaths_low` and `deaths_high` in ACLED, `*_to_place` where it has no precision.
    """
    if events.empty:
        return xr.Dataset()
    events = events.assign(month=events["date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[s]"))
    months = pd.date_range(events.month.min(), events.month.max(), freq="MS").astype("datetime64[s]")
    records, gid = sorted(events.source.unique()), np.sort(events.gid.unique())
    axes = {"record": pd.Index(records), "type": pd.Index(TYPES), "gid": pd.Index(gid), "month": months}
    known = events["where_prec"].notna()
    to_place = (events["where_prec"] <= TO_PLACE).fillna(False).astype(bool)
    one_sided = events["type"] == "one_sided"
    columns = {
        "deaths": ("deaths, best estimate", events["deaths_best"]),
        "deaths_low": ("deaths, low estimate", events["deaths_low"]),
        "deaths_high": ("deaths, high estimate", events["deaths_high"]),
        "civilians": ("civilians among the dead", events["civilians"]),
        "events": ("events", pd.Series(1.0, index=events.index)),
        "deaths_to_place": (
            "deaths in events known to the place",
            events["deaths_best"].where(to_place, 0).where(known),
        ),
        "events_to_place": ("events known to the place", to_place.astype(FLOAT).where(known)),
    }
    covered = _covered(events, axes)
    dims = tuple(axes)
    found = {}
    for name, (title, values) in columns.items():
        array = _spread(values.astype(FLOAT), [events.source, events.type, events.gid, events.month], axes)
        told = ~np.isnan(_sums(values, events.source, axes["record"]))[:, None, None, None]
        array = np.where(covered[:, None] & (told | ~np.isnan(array)), array, np.nan)
        unit = "1" if name.startswith("events") else "persons"
        found[name] = (dims, array, {"long_name": title, "units": unit})
    for who in (GOVERNMENT, OTHER_PERPETRATOR):
        rows = events[one_sided & (events.perpetrator == who)]
        place = {key: axes[key] for key in ("record", "gid", "month")}
        array = _spread(rows.deaths_best.astype(FLOAT), [rows.source, rows.gid, rows.month], place)
        title = f"deaths of one-sided violence by {'governments' if who == GOVERNMENT else 'others'}"
        array = np.where(covered, array, np.nan)
        found[f"deaths_one_sided_{who}"] = (tuple(place), array, {"long_name": title, "units": "persons"})
    latitude, longitude = centre_of(gid)
    found["latitude"] = ("gid", latitude, {"units": "degrees_north", "standard_name": "latitude"})
    found["longitude"] = ("gid", longitude, {"units": "degrees_east", "standard_name": "longitude"})
    data = xr.Dataset(found, coords=axes).set_coords(["latitude", "longitude"])
    data["gid"].attrs["long_name"] = "cell of PRIO-GRID, 0.5 degree"
    data["month"].attrs["long_name"] = "month in which events began, its first day"
    data["record"].attrs["long_name"] = "record of events"
    return data


def deaths_by_country_year(rows: pd.DataFrame) -> xr.Dataset:
    """Deaths by kind, country and year: best, low and high estimate (missing where there is no row)."""
    if rows.empty:
        return xr.Dataset()
    axes = {
        "kind": pd.Index(KINDS_OF_DEATHS),
        "country": _axis(rows.country),
        "year": _years(rows.year),
    }
    found = {}
    for estimate in ESTIMATES:
        array = _place(rows[estimate], [rows.kind, rows.country, rows.year], axes)
        names = {"units": "persons", "long_name": f"deaths of the year, {estimate} estimate"}
        found[NAMES_OF_ESTIMATES[estimate]] = (tuple(axes), array, names)
    return _titled(xr.Dataset(found, coords=axes))


def deaths_by_country_month(rows: pd.DataFrame) -> xr.Dataset:
    """Deaths of all kinds by country and month."""
    if rows.empty:
        return xr.Dataset()
    months = pd.date_range(rows.date.min(), rows.date.max(), freq="MS").astype("datetime64[s]")
    axes = {"country": _axis(rows.country), "month": months}
    array = _place(rows.deaths, [rows.country, rows.date], axes)
    names = {"units": "persons", "long_name": "deaths of all kinds"}
    return _titled(xr.Dataset({"deaths_by_month": (tuple(axes), array, names)}, coords=axes))


def idps(idmc: pd.DataFrame, unhcr: pd.DataFrame) -> xr.Dataset:
    """IDPs at the end of the year and newly displaced of the year by register (IDMC, UNHCR), country and year."""
    rows = [idmc] if len(idmc) else []
    if len(unhcr):
        inside = unhcr[unhcr.measure.isin(("idps", "returned_idps")) & (unhcr.origin == unhcr.country)]
        rows.append(inside.assign(source=UNHCR))
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    if table.empty:
        return xr.Dataset()
    titles = {
        "idps": "internally displaced at the end of the year",
        "newly_displaced": "displacements inside the country in the year",
        "returned_idps": "IDPs who returned in the year",
    }
    axes = {"register": _axis(table.source), "country": _axis(table.country), "year": _years(table.year)}
    return _titled(_by_measure(table, titles, ["source", "country", "year"], axes))


def refugees(rows: pd.DataFrame) -> xr.Dataset:
    """Persons by origin, country of asylum and year: refugees, asylum-seekers, others in need, returned refugees."""
    rows = rows[rows.measure.isin(ABROAD)] if len(rows) else rows
    if rows.empty:
        return xr.Dataset()
    titles = {
        "refugees": "refugees at the end of the year",
        "asylum_seekers": "asylum-seekers at the end of the year",
        "others_in_need": "other people in need of international protection",
        "returned_refugees": "refugees who returned in the year",
    }
    axes = {"origin": _axis(rows.origin), "country": _axis(rows.country), "year": _years(rows.year)}
    return _titled(_by_measure(rows, titles, ["origin", "country", "year"], axes))


def together(*data: xr.Dataset) -> xr.Dataset:
    """One dataset of all, on the union of their coordinates; what one of them does not have is missing."""
    return xr.merge([item for item in data if item.data_vars], join="outer", combine_attrs="drop_conflicts")


# ---------------------------------------------------------------------------- pieces


def _axis(values: pd.Series) -> pd.Index:
    return pd.Index(sorted(values.unique()), dtype=object)


def _years(values: pd.Series) -> pd.Index:
    return pd.RangeIndex(int(values.min()), int(values.max()) + 1)


def _titled(data: xr.Dataset) -> xr.Dataset:
    titles = {"country": "country (ISO 3166-1 alpha-3)", "origin": "country of origin", "year": "calendar year"}
    for name, title in titles.items():
        if name in data.coords:
            data[name].attrs["long_name"] = title
    return data


def _by_measure(table: pd.DataFrame, titles: dict[str, str], keys: list[str], axes: dict[str, pd.Index]) -> xr.Dataset:
    found = {}
    for measure, title in titles.items():
        rows = table[table.measure == measure]
        if len(rows):
            array = _place(rows.persons, [rows[key] for key in keys], axes)
            found[measure] = (tuple(axes), array, {"units": "persons", "long_name": title})
    return xr.Dataset(found, coords=axes)


def _at(keys: list[pd.Series], axes: dict[str, pd.Index]) -> tuple[np.ndarray, ...]:
    return tuple(axis.get_indexer(key) for axis, key in zip(axes.values(), keys))


def _shape(axes: dict[str, pd.Index]) -> tuple[int, ...]:
    return tuple(len(axis) for axis in axes.values())


def _place(values: pd.Series, keys: list[pd.Series], axes: dict[str, pd.Index]) -> np.ndarray:
    """Values at their places; missing where there is none."""
    array = np.full(_shape(axes), np.nan)
    array[_at(keys, axes)] = values.to_numpy(dtype=FLOAT)
    return array


def _spread(values: pd.Series, keys: list[pd.Series], axes: dict[str, pd.Index]) -> np.ndarray:
    """Values added up at their places, zero where there is none; a sum with a missing value in it is missing."""
    array = np.zeros(_shape(axes))
    np.add.at(array, _at(keys, axes), values.to_numpy(dtype=FLOAT))
    return array


def _sums(values: pd.Series, keys: pd.Series, axis: pd.Index) -> np.ndarray:
    """Sums of what is not missing by key; missing where all is."""
    sums = values.astype(FLOAT).groupby(keys).sum(min_count=1)
    return sums.reindex(axis).to_numpy(dtype=FLOAT)


def _covered(events: pd.DataFrame, axes: dict[str, pd.Index]) -> np.ndarray:
    """Whether a record covers a cell in a month: record, gid, month (bool)."""
    countries = events.groupby("gid")["country"].agg(set)
    covered = np.zeros((len(axes["record"]), len(axes["gid"]), len(axes["month"])), dtype=bool)
    for r, record in enumerate(axes["record"]):
        rows = events[events.source == record]
        own = set(rows.country)
        cells = np.array([bool(countries[g] & own) for g in axes["gid"]])
        months = (axes["month"] >= rows.month.min()) & (axes["month"] <= rows.month.max())
        covered[r] = cells[:, None] & months[None, :]
    return covered
