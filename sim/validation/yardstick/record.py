"""Recorded events from a person's own downloads, as the yardstick compares cells with them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def recorded_events(folder: Path) -> pd.DataFrame | None:
    """UCDP's events of a folder: date, gid, deaths, and where_prec where it is known; None where there are none."""
    from sim.validation.downloads import read_observed

    events = read_observed(folder).events
    if events is None or not len(events):
        return None
    events = events[events["source"].str.startswith("UCDP")]
    return events.rename(columns={"deaths_best": "deaths"}) if len(events) else None
