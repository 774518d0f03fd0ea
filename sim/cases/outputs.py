"""Tables of a case's replicates, written into a folder, and read back for report and figures.

    camps.csv         date, camp, simulated mean, low, high, recorded (every day, between dates linear)
    observations.csv  camp, date, persons: what was recorded, after correction
    errors.csv        date, E(t) raw and rescaled, and the people simulated and recorded
    scores.csv        for each replicate: averaged relative differences, total error, seconds
    camp_errors.csv   for each camp: means, mean error
    flows.csv         for each route and direction: persons who set out
    places.csv        for each place: position, type, persons at the end
    run.json          provenance

Low and high hold nine of ten replicates (quantiles 0.05 and 0.95).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.cases import score
from sim.cases.ensemble import Outcome
from sim.cases.graph import CAMP, CONFLICT, FLOOD, HUB, IDPCAMP, MARKER, TOWN
from sim.cases.reader import Case
from sim.core.errors import UserError
from sim.core.files import FOLDER_FORMAT, atomic_write, read_run, write_json
from sim.core.provenance import configuration_hash, provenance
from sim.core.structure import unstructure
from sim.results.integrity.contents import printable_values
from sim.results.integrity.hashes import FILES, hashes_of, reading, verify

KIND = "displacement"  # in run.json: what the folder holds

BAND = (0.05, 0.95)

KIND_NAMES = {
    CONFLICT: "conflict",
    TOWN: "town",
    CAMP: "camp",
    IDPCAMP: "idpcamp",
    HUB: "hub",
    MARKER: "marker",
    FLOOD: "flood",
}

TABLES = ("camps", "observations", "errors", "scores", "camp_errors", "flows", "places")


@dataclass
class Results:
    """The tables of a folder and its run.json."""

    folder: Path
    run: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def begin(folder: Path, case: Case, settings: dict[str, Any]) -> None:
    """Mark a folder as that of this run, before anything else is in it."""
    run = {
        "format": FOLDER_FORMAT,
        "kind": KIND,
        "status": "running",
        "settings": settings,
        "hash": settings_hash(case, settings),
    }
    write_json(folder / "run.json", run)


def write_results(
    folder: Path, case: Case, runs: dict[str, list[Outcome]], settings: dict[str, Any], seconds: float
) -> Results:
    """Write all tables; `runs` holds the replicates by the source of arrivals, the main one first."""
    main = next(iter(runs.values()))
    tables = {
        "camps": camps_table(case, main),
        "observations": observations_table(case),
        "errors": errors_table(case, main),
        "scores": pd.concat([scores_table(case, found, name) for name, found in runs.items()]),
        "camp_errors": pd.concat([camp_errors_table(case, found, name) for name, found in runs.items()]),
        "flows": flows_table(case, main),
        "places": places_table(case, main),
    }
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        atomic_write(folder / f"{name}.csv", lambda file, text=text: file.write(text.encode()))
    run = {
        "format": FOLDER_FORMAT,
        "kind": KIND,
        "status": "complete",
        "case": {"name": case.name, "start": case.start, "days": case.days, "files": case.files},
        "oddities": case.oddities,
        "people": {"at_the_beginning": int(case.initial.sum()), "arrivals": int(case.arrivals.sum())},
        "settings": settings,
        "hash": settings_hash(case, settings),
        "summary": summary_of(tables),
        "seconds": {"all": seconds, "replicate": float(np.median([outcome.seconds for outcome in main]))},
        "provenance": provenance(),
    }
    write_json(folder / "run.json", run | {FILES: hashes_of(folder, [f"{name}.csv" for name in TABLES])})
    return Results(folder, unstructure(run), tables)


def settings_hash(case: Case, settings: dict[str, Any]) -> str:
    """What a run of a case is a function of, as one word."""
    return configuration_hash(case.files, case.days, settings)


def check_folder(folder: Path, case: Case, settings: dict[str, Any]) -> None:
    """Refuse a folder that holds another run."""
    if not (folder / "run.json").exists():
        return
    run = read_run(folder)
    if run.get("kind") != KIND:
        raise UserError(f"The folder {folder} holds a run of another kind; name another.")
    if run.get("hash") != settings_hash(case, settings):
        raise UserError(f"The folder {folder} holds another case or other settings; name another.")


def holds_case(folder: Path) -> bool:
    """Whether a folder was written by `sahel displacement`."""
    return read_run(folder).get("kind") == KIND


def read_results(folder: Path) -> Results:
    """Read a finished folder back."""
    run = read_run(folder)
    if run.get("status") != "complete":
        raise UserError(f"The run in {folder} is not finished; the same command makes it anew.")
    for key in ("case", "settings", "summary", "seconds"):
        if not isinstance(run.get(key), dict):
            raise UserError(f"{folder / 'run.json'} cannot be read: its '{key}' is missing or of another kind.")
    tables = {}
    for name in TABLES:
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise UserError(f"{path} is missing; the same command makes it anew.")
        verify(path, run)
        with reading(folder):
            tables[name] = pd.read_csv(path, keep_default_na=False, na_values=[""])
    with reading(folder):
        for name in ("camps", "observations", "errors"):
            tables[name]["date"] = pd.to_datetime(tables[name]["date"])
    return Results(folder, printable_values(run), tables)


# ---------------------------------------------------------------------------- tables


def dates_of(case: Case) -> pd.DatetimeIndex:
    """The day of each row."""
    return pd.date_range(case.start, periods=case.days, freq="D")


def _spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, low and high over replicates, which come first."""
    low, high = np.quantile(values, BAND, axis=0)
    return values.mean(axis=0), low, high


def camps_table(case: Case, outcomes: list[Outcome]) -> pd.DataFrame:
    """Persons in each camp on each day, simulated and recorded."""
    mean, low, high = _spread(np.stack([outcome.camps for outcome in outcomes]))
    columns = {
        "date": np.tile(dates_of(case), len(case.camps)),
        "camp": np.repeat(np.array(case.camp_names, dtype=object), case.days),
    }
    series = {"simulated_mean": mean, "simulated_low": low, "simulated_high": high, "observed": case.observed}
    for name, values in series.items():
        columns[name] = values.T.ravel()
    return pd.DataFrame(columns)


def observations_table(case: Case) -> pd.DataFrame:
    """What was recorded, on its own dates within the period."""
    parts = []
    for name, (days, persons) in zip(case.camp_names, case.observed_points):
        inside = (days >= 0) & (days < case.days)
        dates = [pd.Timestamp(case.start + timedelta(days=int(day))) for day in days[inside]]
        parts.append(pd.DataFrame({"camp": name, "date": dates, "persons": persons[inside]}))
    return pd.concat(parts, ignore_index=True)


def errors_table(case: Case, outcomes: list[Outcome]) -> pd.DataFrame:
    """E(t) of each day, raw and rescaled, and the people in camps, away from home and recorded."""
    raw = np.stack([score.daily_difference(outcome.camps, case.observed) for outcome in outcomes])
    scaled = [
        score.daily_difference(score.rescale(outcome.camps, case.observed), case.observed) for outcome in outcomes
    ]
    columns: dict[str, Any] = {"date": dates_of(case)}
    series = {
        "raw": raw,
        "rescaled": np.stack(scaled),
        "in_camps": np.stack([outcome.camps.sum(axis=1) for outcome in outcomes]),
        "displaced": np.stack([outcome.displaced for outcome in outcomes]),
    }
    for name, values in series.items():
        for part, column in zip(_spread(values), ("mean", "low", "high")):
            columns[f"{name}_{column}"] = part
    columns["observed"] = case.observed.sum(axis=1)
    return pd.DataFrame(columns)


def scores_table(case: Case, outcomes: list[Outcome], arrivals: str) -> pd.DataFrame:
    """The scores of each replicate."""
    rows = []
    for replicate, outcome in enumerate(outcomes):
        row = {
            "arrivals": arrivals,
            "replicate": replicate,
            "ard_raw": score.averaged_relative_difference(outcome.camps, case.observed),
            "ard_rescaled": score.averaged_relative_difference(outcome.camps, case.observed, rescaled=True),
            "total_error": score.total_difference(outcome.camps, case.observed),
            "displaced": int(case.initial.sum() + outcome.arrivals.sum()),
            "in_camps_end": int(outcome.camps[-1].sum()),
            "seconds": outcome.seconds,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def camp_errors_table(case: Case, outcomes: list[Outcome], arrivals: str) -> pd.DataFrame:
    """The mean error of each camp, over days and replicates."""
    found = [score.camp_errors(outcome.camps, case.observed) for outcome in outcomes]
    return pd.DataFrame(
        {
            "arrivals": arrivals,
            "camp": case.camp_names,
            "observed_mean": found[0].mean_recorded,
            "simulated_mean": np.mean([errors.mean_simulated for errors in found], axis=0),
            "mean_error": np.mean([errors.absolute for errors in found], axis=0),
            "relative_error": np.mean([errors.relative for errors in found], axis=0),
            "observed_end": case.observed[-1],
            "simulated_end": np.mean([outcome.camps[-1] for outcome in outcomes], axis=0),
        }
    )


def flows_table(case: Case, outcomes: list[Outcome]) -> pd.DataFrame:
    """Persons who set out along each route over the whole period, by direction."""
    mean, low, high = _spread(np.stack([outcome.flows for outcome in outcomes]))
    names = np.array(case.places.names, dtype=object)
    a, b = names[case.routes.a], names[case.routes.b]
    ways = [
        pd.DataFrame(
            {
                "from": (a, b)[way],
                "to": (b, a)[way],
                "km": case.routes.km,
                "persons_mean": mean[:, way],
                "persons_low": low[:, way],
                "persons_high": high[:, way],
            }
        )
        for way in (0, 1)
    ]
    return pd.concat(ways, ignore_index=True)


def places_table(case: Case, outcomes: list[Outcome]) -> pd.DataFrame:
    """Every place with the displaced people at it at the end."""
    mean, low, high = _spread(np.stack([outcome.places for outcome in outcomes]))
    places = case.places
    at_war = (case.intensity > 0).any(axis=0)
    kinds = [KIND_NAMES[CONFLICT if war and kind == TOWN else kind] for kind, war in zip(places.kind, at_war)]
    return pd.DataFrame(
        {
            "place": places.names,
            "country": places.country,
            "type": kinds,
            "latitude": places.lat,
            "longitude": places.lon,
            "persons_mean": mean,
            "persons_low": low,
            "persons_high": high,
        }
    )


def summary_of(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Means of the scores, by the source of arrivals, with what holds nine of ten replicates."""
    summary: dict[str, Any] = {}
    for name, found in tables["scores"].groupby("arrivals", sort=False):
        summary[str(name)] = {
            column: {
                "mean": float(found[column].mean()),
                "low": float(found[column].quantile(BAND[0])),
                "high": float(found[column].quantile(BAND[1])),
            }
            for column in ("ard_raw", "ard_rescaled", "total_error", "displaced", "in_camps_end")
        }
        camps = tables["camp_errors"].query("arrivals == @name")
        summary[str(name)]["mean_camp_error"] = float(camps["mean_error"].mean())
    return summary
