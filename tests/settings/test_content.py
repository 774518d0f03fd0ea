"""The YAML of regions, actors, schedules, levers and scenarios: complete, consistent and sourced."""

from __future__ import annotations

import csv
import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from sim.core.safe_yaml import read_yaml
from sim.core.structure import structure
from sim.settings.actor_profiles import ActorProfile
from sim.settings.event_types import EFFECTS, REQUIRED
from sim.settings.library import LEVERS

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
REGIONS = ("sahel", "teaching")
CARD_KEYS = [
    *("title", "kind", "state", "parent", "roles", "names", "entry", "strength", "area", "unit_size", "mobility"),
    *("firepower", "air_support", "abusiveness", "selectivity", "coercion", "local_understanding", "services"),
    *("mandate", "strategy", "doctrine", "taxes", "appeal", "relations", "sources", "note"),
]
ROLES = {
    *("insurgent_main", "insurgent_rival", "separatists", "mission", "intervention", "partner", "successor"),
    *("surveillance", "army", "neighbour_army", "auxiliaries", "joint_force", "militia"),
}
OPTIONS = {
    "abuses": {
        *("historical", "restraint", "restraint_army", "restraint_partner", "restraint_auxiliaries"),
        *("restraint_insurgents", "escalation", "monitored", "none"),
    },
    "withdrawals": {
        *("historical", "all_stay", "france_stays", "un_stays", "air_support_stays", "no_wagner"),
        *("africa_corps_exits", "early", "late", "phased_handover"),
    },
    "blockades": {
        *("historical", "none", "bamako_2025", "bamako_prolonged", "one_corridor", "nationwide", "burkina_towns"),
    },
    "response": {"endogenous", "none", "escorts", "deal", "both"},
    "politics": {"as_happened", "none", "endogenous"},
}
SCENARIOS = {
    "history",
    "restraint",
    "un_stays",
    "un_stays_only",
    "france_stays",
    "france_stays_only",
    "bamako_prolonged",
}
FACT = re.compile(r"\b[AESMP]\d{2}[ab]?\b")
WITHOUT_ROW = ("rough", "public record", "made up")


def files(*groups: str) -> list[Path]:
    return [path for group in groups for path in sorted((FOLDER / group).glob("*.yaml"))]


def profiles() -> list[Path]:
    return [path for region in REGIONS for path in files(f"actors/{region}")]


def schedule(region: str) -> dict:
    return read_yaml(FOLDER / "schedule" / f"{region}.yaml")


def actors(region: str) -> dict[str, dict]:
    return {path.stem: read_yaml(path) for path in files(f"actors/{region}")}


def as_list(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def events() -> list:
    return [(region, name) for region in REGIONS for name in schedule(region)]


@pytest.fixture(scope="module")
def facts() -> dict[str, list[dict]]:
    """Rows of facts.csv by id; an id may have several rows."""
    folder = os.environ.get("SAHEL_DATA")
    path = Path(folder).parent / "facts.csv" if folder else None
    if path is None or not path.exists():
        pytest.skip("SAHEL_DATA is not set")
    rows: dict[str, list[dict]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["id"], []).append(row)
    return rows


# ---------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    "path", files(*LEVERS, "scenario", "region", "period"), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_option_has_comment_title_and_summary(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert len(first) > 10
    data = read_yaml(path)
    assert data["title"].strip()
    assert data["summary"].strip()
    assert "\n" not in data["summary"]


@pytest.mark.parametrize("group", OPTIONS)
def test_options_of_the_specification_are_there(group):
    assert OPTIONS[group] <= {path.stem for path in files(group)}


@pytest.mark.parametrize("group", LEVERS)
def test_lever_has_a_default_and_others(group):
    names = {path.stem for path in files(group)}
    assert names & {"historical", "endogenous", "as_happened"}
    assert len(names) >= 3


@pytest.mark.parametrize("path", files(*LEVERS), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_option_adds_whole_events_on_roles(path):
    data = read_yaml(path)
    for part in ("schedule", "add"):
        for name, event in (data.get(part) or {}).items():
            assert_fields(name, event)
            assert event["title"]
            assert event["source"]
            assert "date" in event or "after" in event
            for key in ("actor", "a", "b", "mediator", "country", "to"):
                for value in as_list(event.get(key)):
                    assert value.startswith("role:"), f"{name}.{key} names {value}, not a role"
            for place in as_list(event.get("places")):
                assert place.startswith("role:")


@pytest.mark.parametrize("path", files(*LEVERS), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_option_drops_and_changes_what_is_there(path):
    data = read_yaml(path)
    known = set()
    for region in REGIONS:
        for name, event in schedule(region).items():
            known |= {name, *as_list(event.get("tags"))}
    for name in [*as_list(data.get("drop")), *(data.get("change") or {})]:
        assert name in known, f"{name} is neither event nor tag"
    orders = data.get("orders", "keep")
    if orders not in ("keep", "none"):
        assert set(orders) <= known
    for key in ("exits", "arrivals"):
        assert set(data.get(key) or {}) <= ROLES


# ---------------------------------------------------------------------------- scenarios


def test_enough_scenarios():
    assert {path.stem for path in files("scenario")} >= SCENARIOS
    assert len(files("scenario")) >= 14


@pytest.mark.parametrize("path", files("scenario"), ids=lambda p: p.stem)
def test_scenario_is_complete(path):
    data = read_yaml(path)
    assert set(data) == {"title", "summary", "variant", "levers", "schedule", "parameters"}
    assert data["variant"] in ("coherent", "ceteris-paribus")
    for group, option in data["levers"].items():
        assert group in LEVERS
        assert (FOLDER / group / f"{option}.yaml").exists(), f"{group}={option}"


def test_no_two_scenarios_are_the_same():
    seen: dict[str, str] = {}
    for path in files("scenario"):
        if path.stem.startswith("lesson_"):
            continue
        data = read_yaml(path)
        key = str([data["variant"], data["levers"], data["schedule"], data["parameters"]])
        assert key not in seen, f"{path.stem} says what {seen[key]} says"
        seen[key] = path.stem


# ---------------------------------------------------------------------------- profiles

#: militias that are organisations founded on a day that is on record, with the fact
FOUNDED = {"platform_mali": "A23"}
#: facts of the kind "event" that are outcomes: the war of JNIM and its rival comes by itself (docs/mechanisms.md, E)
OUTCOMES = {"E10"}


@pytest.mark.parametrize("path", profiles(), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_profile_is_complete(path):
    data = read_yaml(path)
    assert [key for key in data if key != "offer"] == CARD_KEYS
    profile = structure(ActorProfile, data, path.stem)
    assert set(profile.roles) <= ROLES
    assert len(profile.note) > 20
    assert profile.sources
    assert profile.names
    assert profile.names == sorted(profile.names, key=lambda name: name.start)
    if profile.kind == "foreign":
        assert data["entry"] is None, "foreign forces come by the schedule, so that a moved date moves them"
        assert not profile.strength
    elif profile.kind == "militia":
        assert data["entry"] is None or path.stem in FOUNDED, "militias rise by themselves: no date is set for them"
    else:
        assert sum(profile.entry.places.values()) == pytest.approx(1.0)
    if profile.kind in ("insurgent", "militia"):
        assert not profile.strength, "the growth of insurgents is the model's business"
    if profile.kind == "army":
        assert profile.strength
        assert profile.entry.persons == profile.strength[0].persons
        assert [p.date for p in profile.strength] == sorted(p.date for p in profile.strength)
    if profile.kind in ("army", "auxiliary"):
        assert profile.area
        assert all(entry.split(".")[0] == profile.state for entry in profile.area)


@pytest.mark.parametrize("region", REGIONS)
def test_roles_that_levers_call_are_filled(region):
    filled = {role for profile in actors(region).values() for role in profile["roles"]}
    wanted = {
        "insurgent_main",
        "insurgent_rival",
        "army",
        "auxiliaries",
        "mission",
        "intervention",
        "partner",
        "successor",
    }
    assert wanted <= filled


@pytest.mark.parametrize("region", REGIONS)
def test_relations_name_actors_roles_or_kinds(region):
    known = actors(region)
    names = {*known, *ROLES, "insurgent", "militia", "army", "auxiliary", "foreign"}
    for name, profile in known.items():
        assert set(profile["relations"]) <= names, name
        assert profile["parent"] is None or profile["parent"] in known


def test_profiles_cite_facts(facts):
    for path in files("actors/sahel"):
        for source in read_yaml(path)["sources"]:
            assert source in facts or source in WITHOUT_ROW, f"{path.stem}: {source}"


def test_estimates_to_compare_with_are_not_inputs(facts):
    outcomes = {name for name, rows in facts.items() if all(row["kind"] == "outcome" for row in rows)}
    for path in files("actors/sahel"):
        assert not outcomes & set(read_yaml(path)["sources"]), path.stem


def test_strengths_lie_within_the_facts(facts):
    """A figure that cites a row of facts.csv alone is that row's value, or lies between its bounds."""
    pattern = re.compile(r"\{date: [\d-]+, persons: (\d+)\}\s*# (.*)")
    for path in files("actors/sahel"):
        for persons, note in pattern.findall(path.read_text(encoding="utf-8")):
            cited = FACT.findall(note)
            if not cited or "rough" in note:
                assert note.strip(), path.stem
                continue
            rows = [row for name in cited for row in facts[name] if row["value"]]
            allowed = [(float(r["low"] or r["value"]), float(r["high"] or r["value"])) for r in rows]
            assert any(low <= int(persons) <= high for low, high in allowed), f"{path.stem}: {persons} ({note})"


# ---------------------------------------------------------------------------- schedules


def assert_fields(name: str, event: dict) -> None:
    """Every key of an event belongs to its effect, and none that it needs is missing."""
    effect = event["effect"]
    assert effect in EFFECTS, f"{name}: {effect}"
    common = {"date", "title", "effect", "source", "conditional_on", "after", "role_of", "tags"}
    assert set(event) - common <= set(EFFECTS[effect]), name
    for key, spec in EFFECTS[effect].items():
        assert spec.default is not REQUIRED or key in event, f"{name} lacks {key}"


@pytest.mark.parametrize(("region", "name"), events(), ids=lambda value: value)
def test_event_is_complete(region, name):
    every = schedule(region)
    event = every[name]
    assert re.fullmatch(r"[a-z0-9_]+", name)
    assert event["title"]
    assert event["source"]
    assert "date" in event or "after" in event
    assert_fields(name, event)
    for key in ("actor", "to", "a", "b", "mediator", "partner"):
        if event["effect"] == "border" and key in ("a", "b"):
            continue
        for value in as_list(event.get(key)):
            assert value in actors(region), f"{name}.{key}: {value}"
    for parent in [*as_list(event.get("conditional_on")), *as_list((event.get("after") or {}).get("event"))]:
        assert parent in every, f"{name} depends on {parent}"
    if isinstance(event.get("places"), dict):
        assert sum(event["places"].values()) == pytest.approx(1.0)
    if "date" in event:
        facts = read_yaml(FOLDER / "region" / f"{region}.yaml")
        assert facts["start"] <= date.fromisoformat(event["date"]).isoformat() <= facts["known_until"]


def test_sahel_events_have_a_source_or_say_they_are_rough(facts):
    for name, event in schedule("sahel").items():
        source = event["source"]
        cited = FACT.findall(source)
        assert cited or any(word in source for word in WITHOUT_ROW), f"{name}: {source}"
        assert all(fact in facts for fact in cited), f"{name}: {source}"


def test_militias_with_a_date_enter_as_the_facts_say(facts):
    for name, fact in FOUNDED.items():
        entry = structure(ActorProfile, actors("sahel")[name], name).entry
        (row,) = facts[fact]
        assert (entry.date.isoformat(), entry.persons) == (row["from"], float(row["value"]))
        assert sum(entry.places.values()) == pytest.approx(1.0)


def test_no_outcome_is_an_event(facts):
    """Decisions and the strength of armies and missions are inputs; outcomes never are."""
    for name, event in schedule("sahel").items():
        for fact in FACT.findall(event["source"]):
            kinds = {row["kind"] for row in facts[fact]}
            assert kinds <= {"event", "strength"}, f"{name} cites {fact}, of kind {kinds}"
    ordered = [event for event in schedule("sahel").values() if event["effect"] == "order"]
    assert all("E26" in event["source"] for event in ordered)


def test_every_decision_of_the_facts_is_in_the_schedule(facts):
    cited = {fact for event in schedule("sahel").values() for fact in FACT.findall(event["source"])}
    wanted = {name for name, rows in facts.items() if any(row["kind"] == "event" for row in rows)}
    assert wanted - cited == OUTCOMES


def test_dates_agree_with_the_facts(facts):
    """An event that cites one decision only begins on its day, or within its month, year or span."""
    loose = {"france_exit_mali", "takuba_exit", "france_exit_burkina", "france_exit_niger", "minusma_exit"}
    for name, event in schedule("sahel").items():
        cited = [fact for fact in FACT.findall(event["source"]) if fact.startswith("E")]
        plainly = event["source"].strip() in cited
        if not plainly or "date" not in event or name in loose:
            continue
        for row in facts[cited[0]]:
            first, last = row["from"], row["to"] or row["from"]
            day = event["date"]
            assert first[: len(day)] <= day[: len(first)] <= last or day[: len(first)] == first, name


def test_exits_end_when_the_facts_say():
    ends = {
        "france_exit_mali": "2022-08-15",
        "takuba_exit": "2022-07-01",
        "us_exit_niger": "2024-09-15",
    }
    every = schedule("sahel")
    for name, day in ends.items():
        start = date.fromisoformat(every[name]["date"])
        assert (start + timedelta(weeks=every[name]["weeks"])).isoformat() == day
    last = date.fromisoformat(every["minusma_exit"]["date"]) + timedelta(weeks=every["minusma_exit"]["weeks"])
    assert date(2023, 12, 15) <= last <= date(2023, 12, 31)


# ---------------------------------------------------------------------------- regions and periods


@pytest.mark.parametrize("region", REGIONS)
def test_region_names_what_levers_call(region):
    facts = read_yaml(FOLDER / "region" / f"{region}.yaml")
    wanted = {"capital", "northern_capital", "main_towns", "besieged_towns", "theatre", "state"}
    assert wanted <= set(facts["roles"])
    assert facts["start"] <= facts["known_until"] <= facts["horizon"]
    assert (FOLDER / "period" / f"{facts['period']}.yaml").exists()


@pytest.mark.parametrize("path", files("period"), ids=lambda p: p.stem)
def test_period_runs_forward(path):
    data = read_yaml(path)
    assert set(data) == {"title", "summary", "start", "end"}
    assert date.fromisoformat(data["start"]) < date.fromisoformat(data["end"])


def test_teaching_has_what_the_sahel_has():
    """The shared names that levers follow are there in both regions."""
    for name in ("capital_fuel_ban", "partner_handover"):
        assert all(name in schedule(region) for region in REGIONS)


def test_yaml_is_plain():
    for path in sorted(FOLDER.rglob("*.yaml")):
        if path.name == "config.yaml":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\$\{|!!|_target_|@package", text), path
