"""Ensembles made by hand for the tests of the yardstick: a few cells, weeks and events whose statistics are known."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.errors import unknown
from sim.core.files import NotRecorded
from sim.results.maps.control_spells import SCHEMA, control_of
from sim.validation.yardstick.ensemble import Ensemble

ACTORS = {
    "mali_army": "army",
    "burkina_army": "army",
    "niger_army": "army",
    "vdp": "auxiliary",
    "wagner": "foreign",
    "africa_corps": "foreign",
    "jnim": "insurgent",
    "issp": "insurgent",
    "separatists": "insurgent",
    "militia_mali": "militia",
}

#: gid, latitude, longitude, country, admin-1; the last has no people
CELLS = [
    (1, 18.25, 1.25, "MLI", "MLI.Kidal"),
    (2, 18.75, 1.25, "MLI", "MLI.Kidal"),
    (3, 15.75, 2.25, "MLI", "MLI.Menaka"),
    (4, 14.75, -4.25, "MLI", "MLI.Mopti"),
    (5, 14.25, -0.25, "BFA", "BFA.Sahel"),
    (6, 14.75, 1.25, "NER", "NER.Tillaberi"),
    (7, 11.25, 2.75, "BEN", "BEN.Alibori"),
    (8, 10.75, 0.25, "TGO", "TGO.Savanes"),
    (9, 19.25, 1.75, "MLI", "MLI.Kidal"),
]


class HandFolder:
    """Stands for a `Folder`: what it says of itself, its map, events and drawn parameters."""

    baseline = "history"

    def __init__(self, path, start, end, replicates, events, cells, observation=None):
        self.path, self._events = path, events
        profiles = {name: {"kind": kind} for name, kind in ACTORS.items()}
        self.scenarios = ["history"]
        self.run = {
            "period": {"start": start, "end": end},
            "finished_replicates": list(range(replicates)),
            "configuration": {"history": {"actors": profiles, "parameters": {"observation": observation or {}}}},
            "controllers": ["government", "jnim", "issp"],
        }
        gid, lat, lon, country, admin1 = (list(column) for column in zip(*cells))
        countries, names = sorted(set(country)), sorted(set(admin1))
        self.map = {"gid": gid, "lat": lat, "lon": lon, "countries": countries, "admin1_names": names}
        self.map["country"] = [countries.index(name) for name in country]
        self.map["admin1"] = [names.index(name) for name in admin1]
        self.map["inhabited"] = len(cells) - 1

    def control(self, scenario, **wanted):
        found = control_of(self.path, scenario=self.check_scenario(scenario) or "history", **wanted)
        if found is None:
            raise NotRecorded(f"'weekly control of cells' is not recorded in {self.path}.")
        return found

    def check_scenario(self, name):
        if name not in (None, "history"):
            raise unknown("scenario", name, self.scenarios)

    def unit(self, outcome, place):
        raise NotRecorded(f"'{outcome}' of '{place}' is not recorded in {self.path}.")

    def events(self, scenario, columns):
        if self._events is None:
            raise NotRecorded("'events' is not recorded.")
        return self._events[list(columns)].copy()


class Hand(Ensemble):
    """An ensemble whose series were given to it."""

    def load(self, pairs):
        """There is nothing to read."""


def hand(
    *,
    start="2012-01-01",
    end="2025-12-31",
    replicates=2,
    series=None,
    events=(),
    cells=CELLS,
    path="nowhere",
    observation=None,
) -> Hand:
    """An ensemble of given series ((place, outcome) -> table), of events made by `event`, and of parameters of what is
    recorded other than the usual ones."""
    table = None if events is None else pd.DataFrame([*events, event("1900-01-01", "jnim", replicate=-1)])
    if table is not None:
        table = table[table["replicate"] >= 0].reset_index(drop=True)
    found = Hand(HandFolder(path, start, end, replicates, table, cells, observation))
    found._series = dict(series or {})
    return found


# -- series


def weeks_of(start="2012-01-01", end="2025-12-31") -> np.ndarray:
    """The dates of weekly rows: the first day after each week."""
    return np.arange(np.datetime64(start) + 7, np.datetime64(end) + 8, 7)


def flow(given: Mapping[str, float | Sequence[float]], replicates=2, dates=None) -> pd.DataFrame:
    """A weekly flow: what fell into the week of each day, for all replicates or each; nothing in other weeks."""
    dates = weeks_of() if dates is None else dates
    values = np.zeros((len(dates), replicates))
    for day, value in given.items():
        values[np.searchsorted(dates, np.datetime64(day), side="right")] += value
    return pd.DataFrame(values, index=pd.DatetimeIndex(dates))


def stock(given: Mapping[str, float | Sequence[float]], replicates=2, dates=None) -> pd.DataFrame:
    """A weekly stock: from the week of each day on it has this value."""
    dates = weeks_of() if dates is None else dates
    values = np.zeros((len(dates), replicates))
    for day, value in sorted(given.items()):
        values[np.searchsorted(dates, np.datetime64(day), side="right") :] = value
    return pd.DataFrame(values, index=pd.DatetimeIndex(dates))


def in_states(outcome: str, replicates=2, **given: Mapping) -> dict[tuple[str, str], pd.DataFrame]:
    """A weekly flow of the three states; nothing where none is given."""
    return {(c, outcome): flow(given.get(c, {}), replicates) for c in ("MLI", "BFA", "NER")}


# -- events and control


def event(
    day, by, against="Civilians", *, replicate=0, gid=4, a=0, b=0, civilians=0, kind="clash", acled=True, ucdp=True
) -> dict:
    """A row of events: actor `by` attacks; one-sided where it attacks civilians. The week begins 3 days before."""
    first = np.datetime64(day) - 3
    return {
        "replicate": replicate,
        "date_start": pd.Timestamp(first),
        "date_end": pd.Timestamp(first + 6),
        "priogrid_gid": gid,
        "adm_1": next(cell[4] for cell in CELLS if cell[0] == gid) if gid < 10 else AREAS[gid],
        "type_of_violence": 3 if against == "Civilians" else 1,
        "initiator": by,
        "side_a": by,
        "side_b": against,
        "deaths_a": a,
        "deaths_b": b,
        "deaths_civilians": civilians,
        "best": a + b + civilians,
        "kind": kind,
        "recorded_ucdp": ucdp,
        "recorded_acled": acled,
    }


#: gids of events outside the cells above
AREAS = {10: "MLI.Kayes", 11: "MLI.Gao", 12: "NER.Dosso", 13: "NER.Zinder", 14: "MLI.Segou", 15: "BFA.Est"}


def many(number: int, *about, **more) -> list[dict]:
    """So many events alike."""
    return [event(*about, **more) for _ in range(number)]


def write_spells(folder, rows: Sequence[tuple[int, int, str, str, str]]) -> None:
    """control.parquet of rows (replicate, gid, controller, start, end)."""
    replicate, gid, controller, start, end = (list(column) for column in zip(*rows))
    days = [[pd.Timestamp(day) for day in column] for column in (start, end)]
    texts = {"scenario": "history", "country": "MLI", "admin1": "MLI.Kidal"}
    columns = {name: [text] * len(rows) for name, text in texts.items()}
    columns |= {"replicate": replicate, "gid": gid, "controller": controller, "start": days[0], "end": days[1]}
    arrays = [pa.array(columns[field.name], field.type) for field in SCHEMA]
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), folder / "control.parquet")
