"""A made-up history on the real map, written with the project's own writers: three replicates, of which the second has
twice and the third three times what the first has, so that the second is the median of every sum.

The yes-or-no patterns are true in it. Events come first and the series are counted from them.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from sim.core import provenance
from sim.core.codes import NOBODY
from sim.core.files import write_json
from sim.recording.run_record import RunRecord, Series
from sim.results.event_tables import write_events, write_parameters
from sim.results.maps.control_spells import write_control
from sim.results.outcomes_table import write_outcomes
from sim.results.replicate_files import _describe_records, find_replicate_files
from sim.validation import facts
from sim.validation.yardstick.displacement import HOSTS
from tests.comparisons import run_plan
from tests.fake_records import FakeInfo, FakeRegionInfo, FakeSettings
from tests.validation.yardstick.hand_made import ACTORS, weeks_of

REPLICATES, MIDDLE = 3, 1
CONTROLLERS = ["government", "issp", "jnim", "separatists"]
NAMES = list(ACTORS)
KINDS = ["clash", "base overrun"]
STATES = ("MLI", "BFA", "NER")
ARMY = {"MLI": "mali_army", "BFA": "burkina_army", "NER": "niger_army"}


@dataclass(frozen=True)
class MadeUp(FakeSettings):
    """Settings of the made-up history; `older` is one that recorded less."""

    region: str = "sahel"
    region_info: FakeRegionInfo = field(default_factory=lambda: FakeRegionInfo("sahel", theatre=STATES))
    start: date = date(2012, 1, 1)
    end: date = date(2025, 12, 31)
    levers_from: date = date(2012, 1, 1)
    politics: str = "given"
    older: bool = False
    actors: dict = field(default_factory=lambda: {name: {"kind": kind} for name, kind in ACTORS.items()})


def simulate(settings: MadeUp, world=None, progress=None) -> RunRecord:
    """One replicate."""
    times = settings.replicate + 1
    dates = weeks_of(str(settings.start), str(settings.end))
    events = events_of(world, times)
    months = np.arange("2012-01", "2026-01", dtype="datetime64[M]").astype("datetime64[D]")
    record = RunRecord(
        series={
            "weekly": weekly(settings, world, dates, events, times),
            "admin1": admin1(months, times),
            "towns": Series(dates, ["Bamako"], ["fuel_days"], fuel(dates)[:, None, None], {"fuel_days": "days"}),
        }
    )
    record.events = {name: np.array(column) for name, column in zip(COLUMNS, zip(*events))}
    record.weekly_cells = {"weeks": dates, "controller": control(world, dates)}
    record.meta = {
        "scenario": settings.scenario.name,
        "replicate": settings.replicate,
        "seed": settings.seed,
        "parameters": {"combat.rate": float(times), "combat.same": 1.0},
        "controllers": CONTROLLERS,
        "actors": NAMES,
        "kinds": KINDS,
        "admin1": world.admin1_names,
        "countries": world.countries,
        "projection_from": None,
        "marks": [],
    }
    return record


COLUMNS = ("date", "cell", "type", "initiator", "side_a", "side_b", "deaths_a", "deaths_b", "civilians", "kind")
COLUMNS += ("recorded_ucdp", "recorded_acled", "admin1", "country")


def events_of(world, times: int) -> list[tuple]:
    """Rows of `COLUMNS`: every month four in each state, and those that patterns ask for."""
    found = []
    cells = {c: np.flatnonzero(world.country[: world.n_communities] == world.countries.index(c)) for c in STATES}
    named = {
        name: np.flatnonzero(world.admin1[: world.n_communities] == k) for k, name in enumerate(world.admin1_names)
    }

    def add(day, cell, by, against, dead=(0, 0, 0), kind=0):
        type_ = 3 if against is None else (2 if {by, against} == {"jnim", "issp"} else 1)
        sides = (NAMES.index(by), NAMES.index(by), -1 if against is None else NAMES.index(against))
        where = (world.admin1[cell], world.country[cell])
        dead = (times * n for n in dead)
        found.append((np.datetime64(day), cell, type_, *sides, *dead, kind, True, True, *where))

    for year in range(2012, 2026):
        base = year - 2011
        for month in range(1, 13):
            day = f"{year}-{month:02d}-12"
            for state, army in ARMY.items():
                for k, (by, against, dead) in enumerate(
                    (
                        ("jnim", army, (base, base, 0)),
                        (army, None, (0, 0, base)),
                        ("jnim", None, (0, 0, 2 * base)),
                        ("jnim", "issp", (1, 1, 0)),
                    )
                ):
                    # ten cells in the first replicate, twenty in the second, forty in the third
                    row = (4 * (12 * year + month) + k) % (5 * 2**times)
                    add(day, cells[state][row], by, against, dead)
        for area in ("BEN.Alibori", "TGO.Savanes"):
            add(f"{year}-06-12", named[area][0], "jnim", None, (0, 0, 1))
        add(f"{year}-06-12", named["MLI.Kayes"][0], "jnim", None, (0, 0, 1))
    niger, gao, kidal = (named[area][0] for area in ("NER.Tillaberi", "MLI.Gao", "MLI.Kidal"))
    for month, attacks in [(m, 2) for m in range(2, 8)] + [(m, 5) for m in range(8, 12)]:
        for _ in range(attacks):
            add(f"2023-{month:02d}-12", niger, "issp", None, (0, 0, 1))
    for month in ["2021-02", "2021-08", "2022-03", "2022-04", "2022-05"]:
        add(f"{month}-12", named["MLI.Menaka"][0], "issp", None, (0, 0, 1))
    for month in range(1, 7):
        for _ in range(3):
            add(f"2025-{month:02d}-12", cells["BFA"][0], "jnim", None, (0, 0, 1))
    for _ in range(20):
        add("2025-05-12", named["MLI.Kayes"][0], "jnim", None, (0, 0, 1))
        add("2024-05-12", named["MLI.Mopti"][0], "jnim", None, (0, 0, 1))
    add("2022-03-27", named["MLI.Mopti"][0], "mali_army", None, (0, 0, 150))
    add("2024-07-26", kidal, "wagner", "separatists", (42, 1, 0))
    for _ in range(3):
        add("2023-11-12", gao, "jnim", "mali_army", (1, 1, 0), 1)
    for year, dead in ((2022, 10), (2023, 17)):
        add(f"{year}-11-12", named["MLI.Mopti"][0], "wagner", None, (0, 0, dead))
    return found


def weekly(settings, world, dates, events, times) -> Series:
    """Series of the region, the states and the countries of asylum."""
    places = ["region", *HOSTS]
    values: dict[str, np.ndarray] = {}

    def of(outcome: str) -> np.ndarray:
        return values.setdefault(outcome, np.zeros((len(dates), len(places))))

    week = np.arange(len(dates))
    groups = {"insurgent": "insurgents", "militia": "militias"}
    for row in events:
        about = dict(zip(COLUMNS, row))
        state = world.countries[about["country"]]
        if state not in STATES:
            continue
        at = (np.searchsorted(dates, about["date"], side="right"), places.index(state))
        type_ = ("state_based", "non_state", "one_sided")[about["type"] - 1]
        group = groups.get(ACTORS[NAMES[about["initiator"]]], "government")
        dead = about["deaths_a"] + about["deaths_b"] + about["civilians"]
        for record in ("", "_ucdp", "_acled"):
            of(f"deaths{record}")[at] += dead
            for kind in ("state_based", "non_state", "one_sided"):
                of(f"deaths_{kind}{record}")[at] += dead if kind == type_ else 0
            for other in ("government", "insurgents", "militias"):
                of(f"civilians_killed_by.{other}{record}")[at] += about["civilians"] if other == group else 0
    year = dates.astype("datetime64[Y]").astype(int) + 1970
    moved = np.select([year < 2019, year < 2022], [1, 200], 20)
    for k in range(len(places)):
        of("idps")[:, k] = times * (1000 + (2 + k) * week)
        of("refugees_from")[:, k] = times * (50_000 + 20 * week)
        of("newly_displaced")[:, k] = times * moved
        of("returned")[:, k] = 5 * times
        for origin in STATES:
            of(f"refugees_hosted_from.{origin}")[:, k] = times * (10 + k + week)
        for name, share, growth in (("government", 0.4, 0.0), ("issp", 0.01, 0.01), ("jnim", 0.2, 0.0)):
            for measure in ("area_share", "inhabited_area_share", "people_share"):
                of(f"{measure}.{name}")[:, k] = share + 0.05 * times + growth * times * (year >= 2023)
        for measure in ("area_share", "inhabited_area_share", "people_share"):
            of(f"{measure}.contested")[:, k] = of(f"{measure}.none")[:, k] = 0.05
        of("army")[:, k] = 1000
        of("army_near_capital")[:, k] = np.where(dates < np.datetime64("2023-08-01"), 300, 420) + 10 * times
        for i, name in enumerate(NAMES):
            of(f"fighters.{name}")[:, k] = 100 * times * (i + 1)
    coups = of("coups")
    if settings.politics == "endogenous":
        coups[np.searchsorted(dates, np.datetime64("2021-05-24")), 1] = 1 + times
    if settings.older:
        for name in [n for n in values if n.startswith("refugees_hosted_from.")] + ["returned", "army_near_capital"]:
            del values[name]
    stack = np.stack(list(values.values()), axis=2)
    return Series(dates, places, list(values), stack, dict.fromkeys(values, "persons"))


def admin1(months, times) -> Series:
    """Displaced people by area and month."""
    table = facts.displaced_admin1()
    places = sorted({part for place in table["place"] for part in place.split("+")})
    values = np.arange(len(places))[:, None] * 10 + np.array([500.0, 40.0])
    values = times * (values + np.arange(len(months))[:, None, None])
    return Series(months, places, ["idps_hosted", "refugees_hosted"], values, dict.fromkeys(OUTCOMES, "persons"))


OUTCOMES = ("idps_hosted", "refugees_hosted")


def fuel(dates) -> np.ndarray:
    """Days of fuel in Bamako: a blockade and its relief."""
    days = [np.datetime64(day) for day in ("2025-09-10", "2025-10-10", "2025-11-10")]
    return np.select([dates < day for day in days], [20.0, 10.0, 2.0], 12.0)


def control(world, dates) -> np.ndarray:
    """Kidal's cell is taken in November 2023; ISSP holds three cells of Mali from 2022 on."""
    held = np.full((len(dates), world.n_cells), NOBODY, dtype=np.int16)
    town = int(np.argmin((world.lat - 18.44) ** 2 + (world.lon - 1.41) ** 2))
    held[:, town] = np.where(dates < np.datetime64("2023-11-14"), 3, 0)
    menaka = np.flatnonzero(world.admin1[: world.n_communities] == world.admin1_names.index("MLI.Menaka"))
    held[np.ix_(dates >= np.datetime64("2022-01-01"), menaka[:3])] = 1
    return held


def write_history(folder: Path, replicates: int = REPLICATES, older: bool = False, coups: bool = True) -> Path:
    """Run the made-up history into a folder and write the tables that the yardstick reads."""
    settings = {"history": MadeUp(FakeInfo("history"), older=older)}
    if coups:
        settings["coups_as_outcomes"] = MadeUp(FakeInfo("coups_as_outcomes"), politics="endogenous", older=older)
    own = {"simulate": f"{__name__}:simulate", "load_world": "sim.world.region:load_region", "retention": "full"}
    own_hash, provenance.source_hash = provenance.source_hash, lambda: "same"
    try:
        run_plan(settings, replicates, 1, folder, 7, **own)
    finally:
        provenance.source_hash = own_hash
    parts = find_replicate_files(folder)
    _describe_records(parts)
    for write in (write_outcomes, write_events, write_parameters, write_control):
        write(parts)
    parts.run["finished_replicates"] = parts.replicates
    write_json(folder / "run.json", parts.run)
    return folder
