"""ACLED's export through the mapping: types, sides, perpetrators, precision; both forms of codes and of dates."""

import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.settings.library import scenarios_folder
from sim.validation.downloads import read_observed
from sim.validation.downloads.sources.acled_mapping import SHIPPED, mapping
from tests.validation.downloads.hand_written import ARMY, ISSP, JNIM, VDP, acled_row, acled_text

CIVILIANS = {"actor2": "Civilians (Mali)", "inter2": "Civilians"}
BOMB = {"event_type": "Explosions/Remote violence", "sub_event_type": "Remote explosive/landmine/IED"}


def events_of(folder, *rows):
    (folder / "export.csv").write_text(acled_text(rows))
    return read_observed(folder)


@pytest.mark.parametrize(
    ("changes", "kind", "perpetrator", "actors"),
    [
        ({}, "state_based", "", ("mali_army", "jnim")),
        ({"inter1": "1", "inter2": "2"}, "state_based", "", ("mali_army", "jnim")),
        ({"inter1": "State Forces", "inter2": "Rebel Groups"}, "state_based", "", ("mali_army", "jnim")),
        ({"actor1": ISSP, "inter1": "2"}, "non_state", "", ("issp", "jnim")),
        ({"actor1": VDP, "inter1": "4"}, "state_based", "", ("vdp", "jnim")),
        ({"actor1": "Wagner Group", "inter1": "8"}, "state_based", "", ("wagner", "jnim")),
        (
            {"event_type": "Violence against civilians", "sub_event_type": "Attack", **CIVILIANS},
            "one_sided",
            "government",
            ("mali_army", ""),
        ),
        (
            {
                "event_type": "Violence against civilians",
                "sub_event_type": "Attack",
                **CIVILIANS,
                "actor1": JNIM,
                "inter1": "2",
                "inter2": "7",
            },
            "one_sided",
            "other",
            ("jnim", ""),
        ),
        ({**BOMB, **CIVILIANS, "actor1": JNIM, "inter1": "Rebel group"}, "one_sided", "other", ("jnim", "")),
        (
            {**BOMB, "actor1": JNIM, "inter1": "2", "actor2": ARMY, "inter2": "1"},
            "state_based",
            "",
            ("jnim", "mali_army"),
        ),
        (
            {
                **BOMB,
                "actor1": JNIM,
                "inter1": "2",
                "actor2": ARMY,
                "inter2": "1",
                "civilian_targeting": "Civilian targeting",
            },
            "one_sided",
            "other",
            ("jnim", "mali_army"),
        ),
        (
            {
                "event_type": "Protests",
                "sub_event_type": "Excessive force against protesters",
                "actor1": "Protesters (Mali)",
                "inter1": "Protesters",
                "actor2": ARMY,
                "inter2": "State forces",
            },
            "one_sided",
            "government",
            ("mali_army", ""),
        ),
    ],
)
def test_types_and_sides(tmp_path, changes, kind, perpetrator, actors):
    event = events_of(tmp_path, acled_row(1, **changes)).events.iloc[0]
    assert (event.type, event.perpetrator, (event.actor_a, event.actor_b)) == (kind, perpetrator, actors)
    assert event.deaths_best == 5
    assert pd.isna(event.deaths_low)
    assert (event.civilians == 5) if kind == "one_sided" else pd.isna(event.civilians)


@pytest.mark.parametrize("date", ["2022-01-31", "31 January 2022", "31-January-2022", "31 Jan 2022", "31/01/2022"])
def test_both_forms_of_dates(tmp_path, date):
    found = events_of(tmp_path, acled_row(1, event_date=date))
    assert found.events.date[0] == pd.Timestamp("2022-01-31")
    assert found.summary().version[0] == "2023-11-14"


def test_places_and_precision(tmp_path):
    rows = [acled_row(n, geo_precision=str(n)) for n in (1, 2, 3)]
    events = events_of(tmp_path, *rows).events
    assert list(events.where_prec) == [1, 3, 4]
    assert set(events.gid) == {150112}
    assert set(events.admin1) == {"MLI.Mopti"}


def test_what_is_no_armed_violence_is_counted(tmp_path):
    protest = {"event_type": "Protests", "sub_event_type": "Peaceful protest"}
    found = events_of(
        tmp_path, acled_row(1), acled_row(2, **protest), acled_row(3, event_type="Strategic developments")
    )
    assert list(found.events.id) == ["MLI1"]
    assert found.summary().reasons[0] == {"no armed violence": 2}


def test_faults_are_told(tmp_path):
    found = events_of(
        tmp_path,
        acled_row(1),
        acled_row(2, event_date="32/01/2022"),
        acled_row(3, fatalities="-2"),
        acled_row(4, event_type="Battels"),
        acled_row(5, latitude="0", longitude="0"),
    )
    assert list(found.events.id) == ["MLI1"]
    told = list(zip(found.left_out.line, found.left_out.reason))
    assert told == [(3, "bad date"), (4, "negative dead"), (5, "unknown type"), (6, "coordinate off the map")]


def test_a_mapping_of_ones_own_is_taken(tmp_path):
    text = SHIPPED.read_text().replace(
        "government: [state forces, external/other forces]", "government: [state forces]"
    )
    assert text != SHIPPED.read_text()
    (tmp_path / "own.yaml").write_text(text)
    (tmp_path / "export.csv").write_text(acled_text([acled_row(1, actor1="Wagner Group", inter1="8")]))
    assert read_observed(tmp_path, tmp_path / "own.yaml").events.type[0] == "non_state"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("is: fight", "is: fihgt"), "the nearest is 'fight'"),
        (("\nwhere_prec:", "\nwhere_prek:"), "the nearest is 'where_prec'"),
        (("government: [state forces,", "government: [state force,"), "the nearest is 'state forces'"),
        (("vdp, government: true", "vdp, government: perhaps"), "government must be true or false, not perhaps"),
        (("\ninter:", "\ninter: 3\nevents2:"), "There is no group 'events2'"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path, change, said):
    (tmp_path / "own.yaml").write_text(SHIPPED.read_text().replace(*change, 1))
    with pytest.raises(UserError) as error:
        mapping(tmp_path / "own.yaml")
    assert said in str(error.value)


def test_every_actor_of_the_mapping_is_one_of_the_models():
    known = {path.stem for path in scenarios_folder().glob("actors/sahel/*.yaml")}
    named = {item.actor for items in mapping().by_record.values() for item in items} - {""}
    assert named <= known
    assert {"jnim", "issp", "mali_army", "burkina_army", "niger_army", "vdp", "lake_chad"} <= named


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("Military Forces of Niger (2023-)", "niger_army"),
        ("Military Forces of Nigeria (2015-2023)", "nigeria_army"),
        ("Police Forces of Burkina Faso (2022-)", "burkina_army"),
        ("Islamic State (West Africa) - Greater Sahara Faction", "issp"),
        ("Islamic State West Africa Province (ISWAP)", "lake_chad"),
        ("Islamic State and/or JNIM", ""),
        ("Mutiny of Military Forces of Mali (2002-2012)", ""),
        ("Dan Na Ambassagou", "militia_mali"),
        ("Unidentified Armed Group (Mali)", ""),
    ],
)
def test_names_of_actors(name, actor):
    assert mapping().actors("acled", pd.Series([name]))[0] == actor
