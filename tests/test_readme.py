"""What the README and its neighbours say is there: files, commands, scenarios, links, parameters."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import yaml

from sim.cli.command_table import COMMANDS
from sim.settings.compose import settings_for
from sim.settings.library import LEVERS, Library

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def blocks(text: str, language: str) -> list[str]:
    """Contents of the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def shell_lines() -> list[str]:
    return [line for block in blocks(README, "sh") for line in block.splitlines() if line.strip()]


def sahel_commands() -> list[list[str]]:
    """Every `sahel` command line in the README, in words."""
    return [shlex.split(line, comments=True)[1:] for line in shell_lines() if line.startswith("sahel ")]


def test_first_two_commands():
    own = [line for line in shell_lines() if not line.startswith(("git clone", "cd "))]
    assert own[:2] == ["make", "make test"]


def test_every_package_has_a_row_with_its_own_sentence():
    rows = re.findall(r"^\| `(\w+)/` \| (.+?) \| (.+) \|$", README, flags=re.M)
    sentences = {
        path.parent.name: ast.get_docstring(ast.parse(path.read_text())) for path in ROOT.glob("sim/*/__init__.py")
    }
    assert {name: sentence for name, sentence, _ in rows} == sentences
    for name, _, begin in rows:
        for entry in re.findall(r"`([\w./]+)`", begin):
            assert (ROOT / "sim" / name / entry).exists(), f"{name}/{entry}"


def test_every_scenario_is_in_the_table():
    rows = {
        name: (what, kind)
        for name, what, kind in re.findall(r"^\| `(\w+)` \| (.+) \| ([\w-]+) \|$", README, flags=re.M)
    }
    library = Library()
    assert rows.keys() == library.options("scenario").keys()
    for name, (what, kind) in rows.items():
        shipped = library.read("scenario", name)
        assert what == f"**{shipped['title']}.** {shipped['summary']}", name
        assert kind == shipped["variant"], name


def test_every_lever_is_named():
    assert [lever for lever in LEVERS if f"`{lever}`" not in README] == []


@pytest.fixture
def own_folder(tmp_path):
    """The reader's own folder, with the files that the README shows."""
    names = re.findall(r"`my/folder/(\w+/\w+\.yaml)`", README)
    shown = blocks(README, "yaml")
    for name, text in zip(names, shown, strict=False):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert {Path(name).parent.name for name in names[: len(shown)]} == {"scenario", "actors"}
    return tmp_path


@pytest.mark.parametrize("words", sahel_commands(), ids=" ".join)
def test_every_command_is_understood(words, own_folder):
    """Commands and their words are right: settings come out, none is run."""
    from sim.cli.comparison_options import compared
    from sim.settings.overrides import parse_overrides

    command, rest = words[0], words[1:]
    assert command in COMMANDS
    if "--help" in rest or command in ("scenarios", "show", "observed", "player", "brief", "caseload", "report"):
        return
    if command == "events":
        from sim.cli.scenario_commands.events_command import by_name, picked

        assert picked(by_name(settings_for([])), [word for word in rest if "=" not in word])
        return
    if command == "check":
        from sim.cli.scenario_commands.check_scenario import check_scenario

        if rest[0].endswith(".yaml"):  # else a folder of results
            assert check_scenario(own_folder / "/".join(rest[0].split("/")[2:]), rest[1:]) == 0
        return
    if command == "export":
        from sim.cli.arguments import CommandLine
        from sim.cli.data_commands.export_command import destination, read_line

        folder, parsed = read_line(CommandLine("export", rest))
        assert str(folder) == "some/folder"
        assert destination(parsed)[1] == "csv"
        return
    if command == "displacement":
        from sim.cli.displacement_command import read_overrides

        assert read_overrides(rest).get("case") == "small"
        return
    folder = str(own_folder) if "folder=my/folder" in rest else None
    rest = [word for word in rest if word != "folder=my/folder"]
    if command == "compare":
        assert compared(rest, parse_overrides(rest), folder)
    else:
        settings_for(rest, folder)


@pytest.mark.parametrize("text", re.findall(r"`((?:schedule|parameters|processes|draw)[\w.]*=[^`]+)`", README))
def test_words_in_the_text_are_understood(text):
    settings_for([text])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link and not link.startswith("#")]
    assert [link for link in links if not (page.parent / link.split("#")[0]).exists()] == []


def test_pictures_are_small():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).stat().st_size < 300_000 for picture in pictures)


def test_odd_names_what_exists():
    """Files, functions and parameters named in the ODD document are there."""
    text = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    missing = []
    for file, function in re.findall(r"`(\w+(?:/\w+)*\.py)(?::(\w+))?`", text):
        path = ROOT / "sim" / file
        if not path.exists():
            path = ROOT / file
        if not path.exists() or (
            function and f"def {function}(" not in path.read_text() and f"class {function}" not in path.read_text()
        ):
            missing.append(f"{file}:{function}")
    assert missing == []


def test_odd_has_every_process():
    from sim.model.model import WEEK

    text = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    named = re.findall(r"^### 7\.\d+ .*`processes/(\w+)\.py`", text, flags=re.M)
    assert named == [name for name, _ in WEEK]


def test_table_of_parameters_is_up_to_date():
    from sim.settings.parameters import markdown

    written = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert written.strip() == markdown.parameter_table().strip(), "run: make docs"


def test_table_of_columns_is_up_to_date():
    from sim.model import markdown

    written = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert written.strip() == markdown.column_tables().strip(), "run: make docs"


def test_citation_is_readable():
    from importlib.metadata import version

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == version("sahel-scenarios")
    assert citation["license"] == "MIT"
