"""Titles say what was changed, in the words that tables, figures and run.json have."""

import pytest

from sim.core.errors import UserError
from sim.settings.compose import settings_for
from sim.settings.words.titles import told_apart


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ([], "History"),
        (["seed=4", "replicate=2", "period.end=2026-12-31", "draw=none"], "History"),
        (["abuses=historical"], "History"),
        (["schedule.minusma_exit.date=2025-06-30"], "History, changed: minusma_exit on 2025-06-30"),
        (["schedule.minusma_exit.date=never"], "History, changed: no minusma_exit"),
        (["schedule.minusma_exit.weeks=52"], "History, changed: minusma_exit.weeks=52"),
        (["scenario=un_stays", "abuses=restraint"], "The UN stays, changed: abuses=restraint"),
        (["scenario=restraint", "abuses=historical"], "Restraint, changed: abuses=historical"),
        (["abuses.conduct.army.abusiveness=0.5"], "History, changed: abuses.conduct.army.abusiveness=0.5"),
        (["actors.jnim.mobility=60"], "History, changed: jnim.mobility=60"),
        (
            ["parameters.recruitment.contact_rate=0.01", "processes.combat.on=false"],
            "History, changed: recruitment.contact_rate=0.01; without combat",
        ),
        (["processes.combat.variant=lanchester"], "History, changed: combat=lanchester"),
        (["scenario.title=Mine", "abuses=restraint"], "Mine"),
        (
            ["blockades=own", "blockade.place=Segou", "blockade.from=2026-02-01", "blockade.weeks=8"],
            "History, changed: blockade of Segou from 2026-02-01 for 8 weeks",
        ),
    ],
)
def test_title(words, title):
    info = settings_for(words).scenario
    assert info.title == title
    if title != "Mine":
        assert "; ".join(info.changes) == title.partition(", changed: ")[2]


def write(folder, name, text):
    path = folder / "scenario" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_file_without_title_is_called_by_what_it_changes(tmp_path):
    write(
        tmp_path,
        "mine",
        "levers: {abuses: restraint, from: 2022-01-01}\nschedule:\n  minusma_exit: {date: never}\n"
        "  more: {date: 2024-05-01, effect: coup, country: MLI, title: A coup more}\n",
    )
    title = settings_for(["scenario=mine"], tmp_path).scenario.title
    assert title == "mine: abuses=restraint; levers from 2022-01-01; no minusma_exit; A coup more on 2024-05-01"
    changed = settings_for(["scenario=mine", "response=deal"], tmp_path).scenario.title
    assert changed == f"{title}, changed: response=deal"


def test_titles_that_are_alike_get_the_name():
    assert told_apart({"a": "History", "b": "History", "c": "Other"}) == {
        "a": "History (a)",
        "b": "History (b)",
        "c": "Other",
    }


# ---------------------------------------------------------------------------- levers.from of a scenario's own


def test_levers_from_of_a_scenario_s_own(tmp_path):
    write(tmp_path, "later", "title: Later\nlevers: {abuses: restraint, from: 2022-03-01}\n")
    settings = settings_for(["scenario=later"], tmp_path)
    assert settings.levers_from.isoformat() == "2022-03-01"
    assert {e.date.isoformat() for e in settings.events if e.effect == "conduct"} == {"2022-03-01"}
    typed = settings_for(["scenario=later", "levers.from=2021-01-01"], tmp_path)
    assert typed.levers_from.isoformat() == "2021-01-01"
    assert any("wins over 2022-03-01" in note for note in typed.notes)


@pytest.mark.parametrize(("day", "said"), [("2040-01-01", "outside the range"), ("soon", "not a date")])
def test_a_wrong_levers_from_is_refused(tmp_path, day, said):
    write(tmp_path, "later", f"title: Later\nlevers: {{from: {day}}}\n")
    with pytest.raises(UserError, match=said):
        settings_for(["scenario=later"], tmp_path)


# ---------------------------------------------------------------------------- new events


def test_an_unknown_event_is_told_what_a_new_one_needs(tmp_path):
    write(tmp_path, "slip", "schedule:\n  my_ban: {date: 2027-01-15}\n")
    with pytest.raises(UserError) as told:
        settings_for(["scenario=slip"], tmp_path)
    text = str(told.value)
    assert "There is no event 'my_ban'" in text
    example = "my_ban: {date: 2027-01-15, effect: order, actor: jnim, order: blockade, places: [Bamako], weeks: 26}"
    assert example in text
    assert "sahel events" in text
    # the example is right: as it stands it is an event
    write(tmp_path, "right", f"schedule:\n  {example}\n")
    event = settings_for(["scenario=right"], tmp_path).schedule["my_ban"]
    assert (event["places"], event["weeks"]) == (["Bamako"], 26.0)
    with pytest.raises(UserError, match=r"nearest is 'minusma_exit'; a new event needs date, effect"):
        settings_for(["schedule.minusma_exitt.date=never"])
