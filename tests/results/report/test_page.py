"""report.html: sections from the tables, escaped, in two languages, small, without a network, and what is missing."""

import json
import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim
from sim import open_folder
from sim.cli.main import main
from sim.core.files import FolderError, read_json, write_json
from sim.results.brief.page import brief_page
from sim.results.event_tables import EVENTS, FLOWS
from sim.results.player.page import player_data
from sim.results.reading.verdicts import verdicts
from sim.results.report.facts import Facts
from sim.results.report.page import FILE, LIMIT, SECTIONS, report_page
from sim.results.report.sections.displacement import flow_sums
from sim.results.report.sections.killed import dead_of_events
from sim.results.report.sections.record import summary
from sim.results.report.sections.supply import badly_served, read
from sim.results.report.words import LANGUAGES, Words, phrases
from tests.results.report.folders import HOSTILE, made_up
from tools import verdicts as of_page

PACKAGE = Path(sim.__file__).parent / "results" / "report"


class Elements(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def page(teaching_path):
    return (teaching_path / FILE).read_text(encoding="utf-8")


def test_every_comparison_writes_it(page, teaching_path):
    """As the comparison left it: all sections in order, none missing, small."""
    ids = re.findall(r'<section id="(\w+)"', page)
    assert ids == ["findings", *(key for key, _ in SECTIONS)]
    assert 'class="missing"' not in page
    assert len(page.encode("utf-8")) < LIMIT / 3
    assert read_json(teaching_path / "run.json")["time"]["report_seconds"] > 0
    links = re.findall(r'href="#(\w+)"', page)
    assert [link for link in links if link not in ids] == []
    assert set(ids) <= set(links)


def test_what_it_says_of_prediction_is_the_readmes(page):
    said = phrases()["en"]["no_prediction"]
    assert said in page
    readme = (Path(sim.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert said in " ".join(readme.split())


def test_nothing_is_asked_of_a_network(page):
    assert not re.search(r"https?://|\bsrc=|@import|url\(|\bimport\s*\(|fetch\(|XMLHttpRequest|<link", page)
    assert "default-src 'none'" in page


def test_every_picture_has_a_text(page):
    found = Elements(page)
    assert found.tags.count("svg") > 5
    pictures = re.findall(r"<svg[^>]*>", page)
    for picture in pictures:
        assert 'aria-hidden="true"' in picture or re.search(r'role="img" aria-label="[^"]{20,}"', picture), picture


def test_texts_of_a_folder_are_never_markup(teaching, monkeypatch):
    clean = Elements(report_page(teaching))
    for item in teaching.run["scenarios"]:
        monkeypatch.setitem(item, "title", HOSTILE)
        monkeypatch.setitem(item, "summary", HOSTILE)
    monkeypatch.setitem(teaching.run, "command", HOSTILE)
    monkeypatch.setitem(teaching.map["towns"], "name", [f"{HOSTILE}{x}" for x in teaching.map["towns"]["name"]])
    hostile = report_page(teaching)
    assert "<b>bold" not in hostile
    found = Elements(hostile)
    assert found.tags == clean.tags
    assert [(tag, key) for tag, key, _ in found.attributes] == [(tag, key) for tag, key, _ in clean.attributes]
    assert any("</script><b>bold</b>" in text for text in found.texts)


def test_french_has_every_phrase_and_says_it(teaching):
    every = phrases()
    assert set(every) == set(LANGUAGES)
    for key, phrase in every["en"].items():
        assert phrase
        assert every["fr"][key]
        assert sorted(re.findall(r"\{\w+\}", phrase)) == sorted(re.findall(r"\{\w+\}", every["fr"][key])), key
    page = report_page(teaching, "fr")
    assert '<html lang="fr">' in page
    assert "Qui a tué qui" in page
    assert "Who killed whom" not in page
    for key in ("section_findings", "contents", "no_prediction", "as_numbers"):
        assert every["en"][key] not in page


def test_every_phrase_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    begun = {*re.findall(r'f"(\w+_)\{', source), "label_area_", "label_people_"}
    ends = re.findall(r'f"\{key\}(_\w+)"', source)  # of sentences that go on after another
    unused = [key for key in phrases()["en"] if not re.search(rf"[\"']{key}[\"']", source)]
    unused = [key for key in unused if not any(key.endswith(end) and key.removesuffix(end) in source for end in ends)]
    assert [key for key in unused if not any(key.startswith(head) for head in begun)] == []


def test_numbers_are_those_of_the_language():
    en, fr = Words("en"), Words("fr")
    assert en.number(-340_000, "persons", signed=True) == "\u2212340\u00a0k"
    assert fr.number(1_234.0, "persons") == "1\u202f234"
    assert fr.number(2_340_000, "persons") == "2,34\u00a0M"
    assert en.number(0.123, "0..1", signed=True) == "+12.3\u00a0points"
    assert en.number(-0.3, "persons", signed=True) == "0"
    assert (en.day("2026-06-30"), fr.day("2026-06-30")) == ("30 June 2026", "30 juin 2026")
    assert en.some(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def test_flows_are_sums_of_the_table(fake, fake_path):
    found = flow_sums(Facts(fake, Words()))
    plain = pd.read_parquet(fake_path / "flows.parquet")
    keys = ["scenario", "replicate", "origin", "destination", "kind"]
    by_hand = plain.groupby(keys)["persons"].sum()
    pd.testing.assert_series_equal(
        found.set_index(keys)["persons"].sort_index(), by_hand.sort_index(), check_dtype=False
    )


def test_dead_are_laid_to_who_killed_them(fake, fake_path):
    """Those of the theatre only."""
    found = dead_of_events(Facts(fake, Words()))
    plain = pd.read_parquet(fake_path / "events.parquet")
    happened = found[found["record"] == "happened"]
    plain = plain[plain["country"].isin(["MLI", "BFA", "NER"])]  # the fake's theatre
    fights = plain[plain["side_b"] != "Civilians"]
    civilians = happened[happened["victim"] == "civilians"]["persons"].sum()
    assert civilians == plain["deaths_civilians"].sum()
    assert happened["persons"].sum() - civilians == fights["deaths_a"].sum() + fights["deaths_b"].sum()
    ucdp = found[(found["record"] == "ucdp") & (found["victim"] == "civilians")]["persons"].sum()
    assert ucdp == plain[plain["recorded_ucdp"]]["deaths_civilians"].sum()


def test_civilians_by_killer_are_the_outcomes(teaching, teaching_path):
    """Events and weekly outcomes are two ways to the same number."""
    found = dead_of_events(Facts(teaching, Words()))
    for group in ("government", "insurgents", "militias"):
        own = found[(found["record"] == "happened") & (found["victim"] == "civilians") & (found["killer"] == group)]
        weekly = teaching.outcome(f"civilians_killed_by.{group}").sum("date")
        by_hand = own.groupby(["scenario", "replicate"])["persons"].sum().sum()
        assert by_hand == pytest.approx(float(weekly.sum())), group


def test_towns_are_those_of_the_table(fake, fake_path):
    facts = Facts(fake, Words())
    plain = pd.read_csv(fake_path / "towns.csv")
    own = plain[(plain["scenario"] == "history") & (plain["share_below_half"] >= 0.5)]
    assert set(badly_served(read(facts), "history")) == set(own["town"])
    page = report_page(fake)
    assert all(town in page for town in own["town"].head(3))


def test_a_section_without_its_table_says_so(fake_path, tmp_path):
    folder = tmp_path / "less"
    shutil.copytree(fake_path, folder, ignore=shutil.ignore_patterns("parts", "*.nc", "flows.*", "events.*", "towns.*"))
    page = report_page(open_folder(folder))
    assert page.count('class="missing"') == 3  # player, flows, events
    run = read_json(folder / "run.json")
    write_json(folder / "run.json", {key: value for key, value in run.items() if key != "files"})
    for name, schema in (("flows", FLOWS), ("events", EVENTS)):
        pq.write_table(schema.empty_table(), folder / f"{name}.parquet")
    page = report_page(open_folder(folder))
    assert page.count('class="missing"') == 1
    assert page.count("holds no rows: nothing of the kind happened") == 2
    assert "does not list towns" in page
    assert "Findings" in page


@pytest.mark.parametrize("name", ["player.nc", "flows.parquet", "towns.csv"])
def test_a_damaged_table_is_refused_not_left_out(teaching_path, tmp_path, capsys, name):
    folder = tmp_path / "damaged"
    shutil.copytree(teaching_path, folder, ignore=shutil.ignore_patterns("parts", "figures", FILE))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert main(["report", str(folder)]) == 2
    said = capsys.readouterr().err
    assert f"{name} is damaged" in said
    assert said.count("\n") == 1
    assert not (folder / FILE).exists()


def test_one_replicate_and_many_scenarios(tmp_path):
    """No band, no interval, and nothing that is called a difference; timeline and tables for seven."""
    names = ["history", "restraint", *(f"own_{x}" for x in range(5))]
    page = report_page(open_folder(made_up(tmp_path / "one", names, 1, start=date(2023, 10, 1))))
    assert "With so few replicates (1) nothing is called one" in page
    assert 'fill-opacity="0.14"' not in page  # bands
    assert "nan" not in re.sub(r"<script.*?</script>", "", page, flags=re.S).lower().replace("nanoseconds", "")
    assert all(f"Own {x}" in page for x in range(5))


def test_one_scenario_has_levels_only(teaching, monkeypatch):
    monkeypatch.setitem(teaching.run, "scenarios", teaching.run["scenarios"][:1])
    page = report_page(teaching)
    assert "There is one scenario, so that there is nothing to compare." in page
    assert "nothing can be said of a lever" in page


def test_the_command_writes_it_and_refuses_in_one_sentence(teaching_path, tmp_path, capsys):
    folder = tmp_path / "folder"
    shutil.copytree(teaching_path, folder, ignore=shutil.ignore_patterns("parts", "figures"))
    (folder / FILE).unlink()
    assert main(["report", str(folder), "language=fr"]) == 0
    assert '<html lang="fr">' in (folder / FILE).read_text(encoding="utf-8")
    capsys.readouterr()
    run = read_json(folder / "run.json")
    for words, said in (
        ([str(folder), "language=de"], "language"),
        ([str(folder), "lang=fr"], "language"),
        ([], "Say which folder"),
        ([str(tmp_path / "none")], "There is no folder"),
    ):
        assert main(["report", *words]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1
    for format_, said in ((2, "a report needs format 3"), (1, "reads format 2 and 3")):
        write_json(folder / "run.json", {**run, "format": format_})
        assert main(["report", str(folder)]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1


def test_more_than_fits_is_coarser_and_says_so(teaching):
    whole, small = report_page(teaching), report_page(teaching, limit=1)
    assert len(small) < len(whole)
    said = [json.loads(re.search(r'player-data">(.*?)</script>', page)[1])["about"] for page in (whole, small)]
    assert said[0]["within"] < said[1]["within"]


def test_the_summary_is_that_of_the_page():
    text = of_page.PAGE.read_text(encoding="utf-8")
    kept = json.loads(of_page.SUMMARY.read_text(encoding="utf-8"))
    assert kept == of_page.summary(text, kept["made"]), "run tools/verdicts.py"
    assert summary() == kept
    assert len(kept["patterns"]) == sum(item["of"] for item in kept["classes"])
    assert sum(item["holds"] for item in kept["patterns"]) == sum(item["held"] for item in kept["classes"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kept["made"])
    assert len(verdicts())


def test_older_folders_are_refused(teaching, monkeypatch):
    monkeypatch.setitem(teaching.run, "format", 2)
    with pytest.raises(FolderError, match="format 2"):
        report_page(teaching)


#: words that no French sentence has
ENGLISH = (
    "the|of|and|with|from|is|are|was|people|week|weeks|leaves|stays|army|begin|begins|ends|killed|by|"
    "January|February|March|April|June|July|August|September|October|November|December"
)


def test_no_english_is_left_on_the_french_pages(teaching):
    """The report, the brief and what the player says, of a run; commands, hashes and names of settings stay."""
    pages = {"report": report_page(teaching, "fr"), "brief": brief_page(teaching, "fr")}
    for name, page in pages.items():
        text = re.sub(r"<(style|script|pre)\b.*?</\1>", " ", page, flags=re.S)
        text = text.partition('id="reproduce"')[0] if name == "report" else text
        text = re.sub(r"[\w.]*[_=/][\w./=]*", " ", re.sub(r"<[^>]+>", " ", text))
        found = re.findall(rf"[^.;]{{0,40}}\b(?:{ENGLISH})\b[^.;]{{0,40}}", text)
        assert found == [], name
    data = player_data(teaching, "fr")
    said = [item["title"] for item in data["scenarios"] + data["marks"]]
    assert [text for text in said if data["texts"].get(text, text) == text] == []
