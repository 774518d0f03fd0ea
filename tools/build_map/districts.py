"""The smallest areas with a census count: provinces of Burkina Faso, cercles of Mali,
departments of Niger, and elsewhere whole admin-1 areas."""

from __future__ import annotations

import numpy as np

from tools.build_map import common


def assign_districts(admin1, label, part, lat, lon):
    """Unit (points,) of each sample point, people per unit, admin-1 (row) of each unit.

    Districts of ``districts.csv`` with a ``part`` are the polygons of that name; the others have
    a seat, and a point belongs to the nearest seat of its admin-1. Counts of the districts are
    scaled to the total of their admin-1.
    """
    rows = common.read_facts("districts.csv")
    unit = np.full(len(label), -1, np.int32)
    totals, owner = [], []
    for index, area in enumerate(admin1):
        total = round(float(area["census_population"]) * float(area["factor_to_2012"]))
        points = np.flatnonzero(label == index)
        own = [r for r in rows if (r["country"], r["admin1"]) == (area["country"], area["name"])]
        if not own:
            unit[points] = len(totals)
            totals.append(float(total))
            owner.append(index)
            continue
        if own[0]["part"]:
            place = {r["part"]: i for i, r in enumerate(own)}
            near = np.array([place[p] for p in part[points]], dtype=int)
        else:
            gap = [
                (lat[points] - float(r["lat"])) ** 2 + (np.cos(np.radians(15)) * (lon[points] - float(r["lon"]))) ** 2
                for r in own
            ]
            near = np.argmin(gap, axis=0)
        counts = np.array([float(r["population"]) for r in own])
        unit[points] = len(totals) + near
        totals += list(counts / counts.sum() * total)
        owner += [index] * len(own)
    return unit, np.array(totals), np.array(owner)
