"""A synthetic world, settings and `simulate` for testing what comes after a run.

Values follow a simple linear model: level of the outcome + effect of the scenario + noise shared by
scenarios (common random numbers) + a little noise of its own.
"""

import os
import signal
import time
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import numpy as np

from sim.core.codes import CONTESTED, NOBODY
from sim.recording.record_file import rounded, weekly_step
from sim.recording.reduced_record import LISTS
from sim.recording.run_record import RunRecord, Series

THEATRE = ["MLI", "BFA", "NER"]
OTHERS = ["BEN", "CIV", "DZA", "GHA", "GIN", "LBY", "MRT", "NGA", "SEN", "TGO"]
CONTROLLERS = ["government", "jnim", "issp", "separatists", "lake_chad", "militias"]
ACTORS = ["fama", "burkina_army", "vdp", "niger_army", "jnim", "issp", "separatists", "lake_chad"]
ACTORS += ["dozo", "barkhane", "minusma", "takuba", "wagner", "africa_corps"]
EFFECT = {"history": 0.0, "restraint": -0.25, "un_stays": -0.12, "france_stays": -0.05}
EFFECT |= {"bamako_prolonged": 0.1}
TOWNS = ["Bamako", "Ouagadougou", "Niamey", "Bobo-Dioulasso", "Mopti", "Gao", "Tombouctou", "Kidal"]
TOWN_LONLAT = [(-8.0, 12.65), (-1.52, 12.37), (2.11, 13.51), (-4.3, 11.18), (-4.18, 14.49)]
TOWN_LONLAT += [(-0.04, 16.27), (-3.0, 16.77), (1.41, 18.44)]
TOWN_PEOPLE = [2_900_000, 2_400_000, 1_300_000, 900_000, 120_000, 90_000, 60_000, 25_000]


@dataclass(frozen=True)
class FakeInfo:
    """Stands for ScenarioInfo."""

    name: str
    title: str = ""
    summary: str = ""
    variant: str = "coherent"


@dataclass(frozen=True)
class FakeRegionInfo:
    """Stands for RegionInfo."""

    name: str = "fake"
    known_until: date = date(2025, 12, 31)
    roles: dict = field(default_factory=lambda: {"capital": ["Bamako"]})
    theatre: tuple = ()


@dataclass(frozen=True)
class FakeSettings:
    """Stands for Settings: the fields that the ensemble reads, and knobs of the fake."""

    scenario: FakeInfo
    region: str = "fake"
    resolution: float | None = None
    seed: int = 1
    replicate: int = 0
    start: date = date(2022, 1, 1)
    end: date = date(2023, 12, 31)
    levers_from: date = date(2022, 6, 1)
    region_info: FakeRegionInfo = field(default_factory=FakeRegionInfo)
    parameters: dict = field(default_factory=dict)
    large: bool = False  # as many places and outcomes as the real model
    trouble: str = ""  # "error", "kill", "slow": what goes wrong
    trouble_at: int = 1  # the replicate in which it does
    pace: float = 0.0  # seconds that a run takes longer


def fake_settings(names: list[str], **changes) -> dict[str, FakeSettings]:
    """Settings by scenario."""
    return {name: FakeSettings(FakeInfo(name, name.replace("_", " ").capitalize()), **changes) for name in names}


def fake_world(name: str = "fake", resolution: float | None = None) -> SimpleNamespace:
    """A grid of 0.5 degree cells about the central Sahel with a made-up coast and borders."""
    lon, lat = np.meshgrid(np.arange(-17.25, 16.5, 0.5), np.arange(4.25, 25.5, 0.5))
    land = ~((lat < 5.5 + 0.02 * (lon - 2) ** 2) & (lon < 8)) & ~((lon < -15.5) & (lat > 15))
    lon, lat = lon[land], lat[land]
    gid = (np.floor((lat + 90) * 2) * 720 + np.floor((lon + 180) * 2) + 1).astype(np.int64)
    centres = np.array([(-6, 15), (-1.5, 12.3), (9, 16), (2.3, 9), (-6, 8), (2, 24), (-1, 7)])
    centres = np.vstack([centres, [(-12, 11), (16, 25), (-12, 19), (8, 9), (-14, 14), (1, 8)]])
    distance = (lon[:, None] - centres[:, 0]) ** 2 + 1.5 * (lat[:, None] - centres[:, 1]) ** 2
    country = distance.argmin(1).astype(np.int16)
    iso3 = THEATRE + OTHERS
    turn = np.linspace(0, 2 * np.pi, 40)
    outlines = [
        (code, np.column_stack([x + 4 * np.cos(turn), y + 3 * np.sin(turn)])) for code, (x, y) in zip(iso3, centres)
    ]
    town_lonlat = np.array(TOWN_LONLAT)
    towns = SimpleNamespace(
        name=TOWNS,
        lon=town_lonlat[:, 0],
        lat=town_lonlat[:, 1],
        population=np.array(TOWN_PEOPLE),
        capital=np.array([True, True, True] + [False] * 5),
        regional=np.ones(8, dtype=bool),
        country=np.array([0, 1, 2, 1, 0, 0, 0, 0]),
    )
    return SimpleNamespace(
        name=name,
        resolution=resolution or 0.5,
        n_cells=len(gid),
        n_communities=len(gid) - 100,  # the last have no people
        gid=gid,
        lat=lat,
        lon=lon,
        land_share=np.ones(len(gid)),
        country=country,
        countries=iso3,
        country_names=iso3,
        theatre=np.arange(len(iso3)) < 3,
        admin1=country,
        admin1_names=[f"{code}.North" for code in iso3],
        outlines=outlines,
        towns=towns,
        known_until=date(2025, 12, 31),
        data_hash="fake",
    )


def simulate(settings: FakeSettings, world=None, progress=None) -> RunRecord:
    """Make up a record; the interface of `sim.runs.single_run.simulate`."""
    if log := os.environ.get("FAKE_RUNS"):  # a file that gets a line for every run begun
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{settings.scenario.name} {settings.replicate}\n")
    world = world or fake_world()
    time.sleep(settings.pace)
    # each week has the date of the day after it
    dates = np.arange(np.datetime64(settings.start) + 7, settings.end, 7, dtype="datetime64[D]")
    for step in range(len(dates)):
        if settings.trouble and settings.replicate == settings.trouble_at:
            _trouble(settings.trouble, step)
        if progress:
            progress(step + 1, len(dates))
    name = settings.scenario.name
    effect = EFFECT.get(name, 0.0)
    shared = np.random.default_rng([settings.seed, settings.replicate])
    own = np.random.default_rng([settings.seed, settings.replicate, *name.encode()])
    level = np.exp(0.15 * shared.normal() + 0.02 * own.normal() + effect)
    months = np.unique(dates.astype("datetime64[M]")).astype("datetime64[D]")
    record = RunRecord(
        series={
            "weekly": _weekly(settings, dates, level, own),
            "towns": _towns(dates, level, own),
        },
        cells=_cells(world, months, level, own),
    )
    record.weekly_cells = _weekly_cells(record.cells, dates, settings.replicate)
    if settings.large:
        record.series["admin1"] = _admin1(months, level, own)
    _events_and_flows(record, world, months, own, settings.large)
    record.meta = {
        "scenario": name,
        "seed": settings.seed,
        "replicate": settings.replicate,
        "seconds": 0.1,
        "parameters": {"combat.rate": float(shared.normal())},
        "projection_from": settings.region_info.known_until.isoformat(),
        "controllers": CONTROLLERS,
        "actors": ["Civilians", *ACTORS],
        "kinds": ["ambush", "base attack", "massacre"],
        "admin1": world.admin1_names,
        "countries": world.countries,
        "marks": [
            {"date": "2022-08-15", "title": "Barkhane leaves Mali"},
            {"date": "2023-12-15", "title": "MINUSMA leaves its bases"},
            {"date": "2025-09-03", "title": "Fuel blockade of Bamako"},
        ],
    }
    return record


def _trouble(kind: str, step: int) -> None:
    if kind == "error":
        raise ValueError("a number went\nastray")
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "slow":
        time.sleep(0.025)


def outcomes(large: bool) -> dict[str, tuple[str, float]]:
    """Outcome -> (unit, typical size)."""
    found = {
        "idps": ("persons", 2.4e6),
        "refugees_from": ("persons", 4e5),
        "refugees_hosted": ("persons", 3e5),
        "displaced": ("persons", 2.8e6),
        "newly_displaced": ("persons/week", 9e3),
        "returned": ("persons/week", 4e3),
        "residents": ("persons", 6e7),
        "civilians_killed": ("persons/week", 60.0),
        "deaths": ("persons/week", 150.0),
        "fuel_days": ("days", 18.0),
        "legitimacy": ("0..1", 0.5),
        "coups": ("events/week", 0.01),
    }
    if large:
        for kind in ("state_based", "non_state", "one_sided"):
            found[f"deaths_{kind}"] = ("persons/week", 50.0)
        for base in ["deaths", "deaths_state_based", "deaths_non_state", "deaths_one_sided"]:
            found |= {f"{base}_{by}": ("persons/week", 40.0) for by in ("ucdp", "acled")}
        for by in ("government", "insurgents", "militias"):
            found[f"civilians_killed_by.{by}"] = ("persons/week", 20.0)
        for actor in ACTORS:
            found[f"attacks.{actor}"] = ("events/week", 4.0)
            found[f"fighters.{actor}"] = ("persons", 3000.0)
        for name in ("price_index", "regime_security"):
            found[name] = ("index", 1.0)
        for name in ("without_supply", "besieged"):
            found[name] = ("persons", 1e5)
    for share in ("area_share", "inhabited_area_share", "people_share"):
        for controller in [*CONTROLLERS, "contested", "none"]:
            found[f"{share}.{controller}"] = ("0..1", 0.55 if controller == "government" else 0.06)
    return found


def _weekly(settings, dates, level, own) -> Series:
    names = outcomes(settings.large)
    places = ["region", *THEATRE, *(OTHERS if settings.large else [])]
    size = np.array([size for _, size in names.values()])
    part = np.array([1.0] + [0.3] * (len(places) - 1))
    time_course = np.linspace(0.8, 1.2, len(dates))[:, None, None] * level
    values = time_course * part[:, None] * size
    values *= 1 + 0.05 * own.normal(size=values.shape)
    counts = np.array([unit.endswith("/week") for unit, _ in names.values()])
    values[:, :, counts] = own.poisson(np.maximum(values[:, :, counts], 0))
    shares = np.array([unit == "0..1" for unit, _ in names.values()])
    values[:, :, shares] = np.clip(values[:, :, shares] / part[:, None], 0, 1)
    units = {name: unit for name, (unit, _) in names.items()}
    return Series(dates, places, list(names), values, units)


def _towns(dates, level, own) -> Series:
    names = {"fuel_days": "days", "price_index": "index", "served": "0..1", "arrives": "0..1"}
    values = np.abs(own.normal(size=(len(dates), len(TOWNS), 3)) * 3 + [20, 1, 0]) / level
    served = np.clip(1.2 - values[..., 2] / np.arange(2.0, 2.0 + len(TOWNS)), 0.0, 1.0)  # the first are served worst
    values = np.stack([values[..., 0], values[..., 1], served, served**1.5], axis=-1)
    return Series(dates, TOWNS, list(names), values, names)


def _admin1(months, level, own) -> Series:
    names = {name: unit.replace("week", "month") for name, (unit, _) in outcomes(False).items()}
    values = own.poisson(20 * level, size=(len(months), 90, len(names)))
    return Series(months, [f"ABC.{i}" for i in range(90)], list(names), values, names)


def _cells(world, months, level, own) -> dict[str, np.ndarray]:
    m, n = len(months), world.n_cells
    near = np.exp(-((world.lon + 1) ** 2 + (world.lat - 14) ** 2) / 25)
    grow = np.linspace(0.3, 1.2, m)[:, None]
    noise = own.normal(scale=0.2, size=n)
    heat = near + noise
    controller = np.zeros((m, n), dtype=np.int16)
    controller[heat > 0.35 / (grow * level)] = CONTESTED
    controller[heat > 0.55 / (grow * level)] = 1
    controller[(heat > 0.55 / (grow * level)) & (world.lon > 1)] = 2
    controller[:, world.lat > 20] = NOBODY
    displaced = own.poisson(8000 * level * near * grow * (own.random(n) < 0.4))
    displaced[:, np.abs(world.lat - 12.5) + np.abs(world.lon + 8) < 0.6] = 60_000
    return {
        "months": months,
        "controller": controller,
        "displaced_hosted": displaced.astype(np.int32),
        "displaced_from": displaced[:, ::-1].astype(np.int32),
        "civilians_killed": own.poisson(0.4 * level * near * grow).astype(np.int32),
        "dead": own.poisson(1.0 * level * near * grow).astype(np.int32),
        **_bytes(controller, near, grow),
    }


def _bytes(controller, near, grow) -> dict[str, np.ndarray]:
    """Layers in percent and in tenths of days; the last 100 cells are without people."""
    people = slice(0, controller.shape[1] - 100)
    rebels = np.rint(60 * np.minimum(1.0, near * grow)).astype(np.uint8)
    share = np.where(controller >= 0, 60 + rebels // 2, np.where(controller == CONTESTED, 45, 0)).astype(np.uint8)
    found = {"fuel_days": 30 - rebels // 4, "support_insurgents": rebels, "support_government": 70 - rebels}
    return {"control_share": share, **{name: values[:, people] for name, values in found.items()}}


def _weekly_cells(cells, dates, replicate) -> dict[str, np.ndarray]:
    """Every week as the map of its month; the dead in the first week of one."""
    month = np.searchsorted(cells["months"], dates, side="right") - 1
    found = {"weeks": dates, "controller": cells["controller"][month]}
    if replicate < LISTS:
        names = ("control_share", "fuel_days", "support_insurgents", "displaced_hosted", "dead")
        found |= {name: cells[name][month] for name in names}
        found["dead"][np.append(False, np.diff(month) == 0)] = 0
        found |= {name: rounded(found[name], weekly_step(name)) for name in ("displaced_hosted", "dead")}
    return found


def _events_and_flows(record, world, months, own, large) -> None:
    n = 20_000 if large else 300
    day = months[0] + np.sort(own.integers(0, 28 * len(months), n)).astype("timedelta64[D]")
    cell = own.integers(0, world.n_cells, n)
    record.events = {
        "date": day,
        "cell": cell.astype(np.int32),
        "type": own.integers(1, 4, n).astype(np.int8),
        "initiator": own.integers(1, len(ACTORS) + 1, n).astype(np.int16),
        "side_a": own.integers(1, len(ACTORS) + 1, n).astype(np.int16),
        "side_b": own.integers(0, len(ACTORS) + 1, n).astype(np.int16),
        "deaths_a": own.poisson(1.0, n).astype(np.int32),
        "deaths_b": own.poisson(2.0, n).astype(np.int32),
        "civilians": own.poisson(0.5, n).astype(np.int32),
        "kind": own.integers(0, 3, n).astype(np.int8),
        "recorded_ucdp": own.random(n) < 0.6,
        "recorded_acled": own.random(n) < 0.8,
        "admin1": world.admin1[cell],
        "country": world.country[cell],
    }
    n *= 2
    record.flows = {
        "month": own.choice(months, n),
        "origin": own.integers(0, len(world.admin1_names), n).astype(np.int16),
        "destination": own.integers(-1, len(world.admin1_names), n).astype(np.int16),
        "kind": own.integers(0, 4, n).astype(np.int8),
        "persons": own.integers(1, 500, n).astype(np.int32),
    }
