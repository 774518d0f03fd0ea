"""Every text that ships has its French; what is put together around titles is put together in French, too."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from sim.results.reading.verdicts import verdicts
from sim.results.report.sections.record import summary
from sim.results.translation.texts import assumption, change_words, country, decision_words, texts, translated
from sim.settings.words.schedule_changes import schedule_changes

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def titles_of(value, keys=("title", "summary")):
    """Titles and summaries anywhere in a file of settings."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from titles_of(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            yield from titles_of(inner, keys)


def read(*folders):
    for folder in folders:
        for path in sorted((SCENARIOS / folder).glob("**/*.yaml")):
            yield yaml.safe_load(path.read_text(encoding="utf-8"))


def shipped():
    """What pages show of settings that ship: scenarios, decisions, what orders are called, actors, patterns."""
    found = {text for data in read("scenario", "schedule") for text in titles_of(data)}
    for data in read("blockades"):  # titles of their events, not of the options
        found |= set(titles_of([value for value in data.values() if isinstance(value, dict)], ("title",)))
    found |= {text for data in read("region") for text in titles_of(data, ("title",))}
    found |= {item["name"] for data in read("actors") for item in data.get("names") or [] if item.get("name")}
    found |= set(verdicts()["what"]) | {item["name"] for item in summary()["patterns"]}
    return sorted(found)


def test_every_text_that_ships_has_its_french():
    assert [text for text in shipped() if text not in texts()["french"]] == []
    assert len(shipped()) > 200


def test_no_entry_is_of_a_text_that_is_gone():
    said = {"no group blockades or besieges", "no order to blockade stands"}  # sim.settings.words.ban
    assert sorted(set(texts()["french"]) - set(shipped()) - said) == []


def test_a_text_of_ones_own_stays():
    assert translated("My own title", "fr") == "My own title"
    assert translated("Restraint", "en") == "Restraint"
    assert translated("Restraint", "fr") == "Retenue"
    assert (country("CIV", "fr"), country("DZA", "fr"), country("XYZ", "fr")) == ("Côte d'Ivoire", "Algérie", None)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        (
            "stands as ordered: JNIM bans fuel imports and orders attacks on tankers "
            "(2025-09-03, no end ordered: whether it eases is an outcome)",
            "reste tel qu'ordonné : Le JNIM interdit l'importation de carburant et ordonne d'attaquer les citernes "
            "(le 3 septembre 2025, sans fin ordonnée : qu'il se desserre ou non est un résultat)",
        ),
        (
            "The ban on fuel is given out anew (2026-02-18 to 2026-06-10, 3 times)",
            "L'interdiction du carburant est prononcée à nouveau (du 18 février 2026 au 10 juin 2026, 3 fois)",
        ),
        (
            "Assumption: the ban on fuel has ended (2026-01-01)",
            "Hypothèse : l'interdiction du carburant a pris fin (le 1er janvier 2026)",
        ),
        ("no group blockades or besieges", "aucun groupe ne bloque ni n'assiège"),
    ],
)
def test_what_is_assumed_of_the_ban(english, french):
    assert assumption(english, "fr") == french


def test_changes_of_a_schedule():
    exit_ = {
        "date": "2023-06-30",
        "effect": "exit",
        "title": "MINUSMA leaves at Mali's demand",
        "fields": {"weeks": 26},
    }
    conduct = {"date": "2019-01-01", "effect": "conduct", "title": "", "fields": {"kind": "army"}}
    partner = {"date": "2019-01-01", "effect": "conduct", "title": "", "fields": {"actor": "wagner"}}
    gone, both = schedule_changes({"a": conduct, "b": partner}, {"exit": exit_})[::-1]
    assert (gone.day, gone.text) == (date(2023, 6, 30), "no more: MINUSMA leaves at Mali's demand")
    assert change_words(gone, "en") == gone.text
    assert change_words(gone, "fr") == "n'a plus lieu : La MINUSMA part à la demande du Mali"
    assert change_words(gone, "fr", sign=False) == "La MINUSMA part à la demande du Mali"
    assert change_words(both, "fr") == "conduite : armée, Wagner"
    moved = schedule_changes({"exit": exit_ | {"date": "2022-01-01"}}, {"exit": exit_})
    french = "La MINUSMA part à la demande du Mali (sinon le 30 juin 2023) (jusqu'au 2 juillet 2022)"
    assert [change_words(item, "fr") for item in moved] == [french]


def test_decisions_and_their_ends():
    assert decision_words("end of: Coup in Mali", "fr") == "fin : Coup d'État au Mali"
    assert decision_words("end of: Coup in Mali", "en") == "end of: Coup in Mali"
    assert decision_words("Coup in Mali", "fr") == "Coup d'État au Mali"
