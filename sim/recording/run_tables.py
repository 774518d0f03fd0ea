"""What a recorder has gathered by the end of a run, as the tables of a record: events, admin-1, flows, and labels."""

from __future__ import annotations

import numpy as np

from sim.core.codes import CONTESTED, LOG, LOG_KINDS, NOBODY
from sim.recording.outcomes import ADMIN_UNITS
from sim.recording.run_record import Series
from sim.recording.weekly_sums import TINY

#: what months call the outcomes of the admin-1 table, where it is something else
IN_MONTHS = {"displaced_hosted": "displaced", "deaths": "dead"}


def events_table(events: tuple[np.ndarray, ...], world) -> dict[str, np.ndarray]:
    """All events as columns, with what the two records caught of them.

    `events` are days (E,), rows of the log (E, 9), and what the UCDP-like and the ACLED-like record caught (E,), (E,).
    """
    days, rows, ucdp, acled = events
    found = dict(zip(LOG, rows.T))
    cell = found["cell"]
    return {
        "date": days,
        "cell": cell.copy(),
        "type": found["type"].astype(np.int8),
        "initiator": found["initiator"].astype(np.int16),
        "side_a": found["side_a"].astype(np.int16),
        "side_b": found["side_b"].astype(np.int16),
        "deaths_a": found["deaths_a"].copy(),
        "deaths_b": found["deaths_b"].copy(),
        "civilians": found["civilians"].copy(),
        "kind": found["kind"].astype(np.int8),
        "recorded_ucdp": ucdp,
        "recorded_acled": acled,
        "admin1": world.admin1[cell].astype(np.int16),
        "country": world.country[cell].astype(np.int16),
    }


def admin_series(world, controllers: list[str], months: np.ndarray, month_data: list[dict]) -> Series:
    """Monthly table by admin-1 of the theatre and its neighbours."""
    names = [*controllers, "contested", "none"]
    r, q, admin = len(world.admin1_names), len(names), world.admin1
    units = {**ADMIN_UNITS, **{f"area_share.{name}": "0..1" for name in names}}
    values = np.zeros((len(months), r, len(units)), dtype=np.float32)
    columns = [IN_MONTHS.get(name, name) for name in ADMIN_UNITS]
    area = np.maximum(TINY, np.bincount(admin, world.area_km2, r))
    for t, month in enumerate(month_data):
        for k, column in enumerate(columns):  # of cells, or of communities, which are the first cells
            values[t, :, k] = np.bincount(admin[: len(month[column])], month[column], r)
        code = month["controller"].astype(np.int64)
        code = np.where(code == CONTESTED, q - 2, np.where(code == NOBODY, q - 1, code))
        table = np.bincount(admin * q + code, world.area_km2, r * q).reshape(r, q)
        values[t, :, len(columns) :] = table / area[:, None]
    return Series(months, list(world.admin1_names), list(units), values, units)


def flows_table(flow_list: list[tuple], months: np.ndarray) -> dict[str, np.ndarray]:
    """Flows of people by month, origin, destination (admin-1) and kind."""
    if not flow_list:
        return {}
    month = np.concatenate([np.full(len(at), m) for m, at, _ in flow_list])
    at = np.concatenate([at for _, at, _ in flow_list])
    persons = np.concatenate([n for _, _, n in flow_list])
    return {
        "month": months[month],
        "origin": at[:, 0].astype(np.int16),
        "destination": at[:, 1].astype(np.int16),
        "kind": at[:, 2].astype(np.int8),
        "persons": persons.astype(np.int64),
    }


def about(model, seconds: float) -> dict:
    """Labels, seeds, drawn parameters, dated events and the account of persons."""
    s, w = model.settings, model.world
    known = s.region_info.known_until
    marks = [
        {"name": e.name, "date": e.date.isoformat(), "title": e.title, "effect": e.effect}
        for e in s.events
        if s.start <= e.date <= s.end
    ]
    return {
        "scenario": s.scenario.name,
        "replicate": s.replicate,
        "seed": s.seed,
        "parameters": model.drawn,
        "seconds": seconds,
        "projection_from": known.isoformat() if s.end > known else None,
        "controllers": list(model.controllers),
        "actors": list(model.actor_names),
        "kinds": list(LOG_KINDS),
        "countries": list(w.countries),
        "admin1": list(w.admin1_names),
        "marks": marks,
        "ledger": model.persons(),
        "actor_kinds": model.actors.kind.tolist(),
    }
