"""The tables of a record, made of what a recorder has gathered: events, flows, admin-1 by month, labels."""

from __future__ import annotations

import numpy as np

from sim.core.codes import CONTESTED, LOG, LOG_KINDS, NOBODY
from sim.recording import weekly_sums
from sim.recording.outcomes import ADMIN_UNITS
from sim.recording.run_record import Series


def in_one_piece(events: list[tuple]) -> tuple[np.ndarray, ...]:
    """Days (E,), rows of the log (E, 9), and what the two records caught (E,), (E,), of the events of all weeks."""
    return tuple(np.concatenate(parts) for parts in zip(*events, strict=True))


def events_table(events: list[tuple], world) -> dict[str, np.ndarray]:
    """All events as columns, with what the two records caught of them; `events` are those of each week."""
    if not events:
        return {}
    days, rows, ucdp, acled = in_one_piece(events)
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


def admin_series(month_data: list[dict], model, months) -> Series:
    """Monthly table by admin-1 of the theatre and its neighbours, of the maps of each month."""
    w = model.world
    names = [*model.controllers, "contested", "none"]
    r, q, admin = len(w.admin1_names), len(names), w.admin1
    units = {**ADMIN_UNITS, **{f"area_share.{name}": "0..1" for name in names}}
    values = np.zeros((len(months), r, len(units)), dtype=np.float32)
    columns = [{"deaths": "dead"}.get(name, name) for name in ADMIN_UNITS]
    area = np.maximum(weekly_sums.TINY, np.bincount(admin, w.area_km2, r))
    for t, month in enumerate(month_data):
        for k, column in enumerate(columns):  # of cells, or of communities, which are the first cells
            values[t, :, k] = np.bincount(admin[: len(month[column])], month[column], r)
        code = month["controller"].astype(np.int64)
        code = np.where(code == CONTESTED, q - 2, np.where(code == NOBODY, q - 1, code))
        table = np.bincount(admin * q + code, w.area_km2, r * q).reshape(r, q)
        values[t, :, len(columns) :] = table / area[:, None]
    return Series(months, list(w.admin1_names), list(units), values, units)


def flows_table(flow_list: list[tuple], months) -> dict[str, np.ndarray]:
    """Flows of people by month, origin, destination (admin-1) and kind; `flow_list` has (month, where, persons)."""
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


def meta(model, seconds: float) -> dict:
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
