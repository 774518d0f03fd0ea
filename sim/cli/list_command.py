"""`sahel scenarios`, `sahel parameters` and `sahel columns`: what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, printable, unknown
from sim.core.files import path_named, read_regular
from sim.core.safe_yaml import LARGEST_FILE
from sim.settings.compose import read_scenario, settings_for
from sim.settings.hydra_config import default_option
from sim.settings.library import LEVERS, Library
from sim.settings.overrides import key_of, parse_overrides
from sim.settings.words.scenario import changes_words

#: signs of a file's first comment that are listed
LONGEST_COMMENT = 2000

# ---------------------------------------------------------------------------- lists


def scenarios(line: CommandLine) -> int:
    """List scenarios and options, each with its one-line meaning and its dates."""
    groups = [override for override in line.overrides if "=" not in override]
    known = ("scenario", *LEVERS, "period", "region")
    for group in groups:
        if group not in known:
            raise unknown("lever", group, known)
    library = Library(line.folder)
    overrides = [override for override in line.overrides if "=" in override and key_of(override) != "folder"]
    for group in groups or known:
        print(heading(group, library))
        for option, path in library.options(group).items():
            print(describe(group, option, library))
            if group == "scenario" and not library.is_shipped(path):
                print(meaning(option, overrides, library))
        print()
    print("Use: sahel run scenario=NAME, or any lever=option; several at once can be combined.")
    return 0


def heading(group: str, library: Library) -> str:
    """Return the title of a group in the list."""
    what = {"scenario": "Scenarios", "period": "Periods", "region": "Regions"}.get(group, "Lever")
    usual = default_option(library, group)
    return f"{what} {group}=  (unless said otherwise: {usual})"


def describe(group: str, option: str, library: Library) -> str:
    """Return an option's line of meaning, and its dates from the file's first comment."""
    data = read_scenario(library, option) if group == "scenario" else library.read(group, option)
    title, summary = data.get("title") or option, data.get("summary") or ""
    variant = f" [{data.get('variant', 'coherent')}]" if group == "scenario" else ""
    lines = [f"  {option:<26} {title}{variant}: {summary}".rstrip(": ")]
    if group == "scenario" and data["levers"]:
        chosen = " ".join(f"{lever}={choice}" for lever, choice in data["levers"].items())
        lines.append(f"{'':<29}levers: {chosen}")
    if dates := first_comment(library.find(group, option)):
        lines.append(f"{'':<29}{dates}")
    return "\n".join(lines)


def meaning(name: str, overrides: list[str], library: Library) -> str:
    """What a scenario of the user's own does, line by line: levers, decisions with dates, parameters."""
    settings = settings_for([f"scenario={name}", *overrides], library=library)
    history = settings_for(["scenario=history", *overrides], library=library)
    lines = changes_words(settings, history, library)
    return "\n".join(f"{'':<29}{line}" for line in lines)


def first_comment(path: Path) -> str:
    """Return the comment that a file begins with, on one line: dates and amounts."""
    found = []
    for text in read_regular(path, LARGEST_FILE).decode("utf-8").splitlines():
        if not text.startswith("#"):
            break
        found.append(text.lstrip("# ").strip())
    return printable(" ".join(found), LONGEST_COMMENT)


# ---------------------------------------------------------------------------- pages


def parameters(line: CommandLine) -> int:
    """Write the table of parameters."""
    from sim.settings.parameters.markdown import parameter_table

    return write_page(line, "parameters", parameter_table)


def columns(line: CommandLine) -> int:
    """Write the tables of columns."""
    from sim.model.markdown import column_tables

    return write_page(line, "columns", column_tables)


def write_page(line: CommandLine, name: str, page: Callable[[], str]) -> int:
    """Write a page of the documentation where `output=` says, else to its place among the sources or here."""
    parsed = parse_overrides(line.overrides)
    for key in parsed.values:
        if key != "output":
            raise unknown("key", key, ["output"], f"of sahel {name}")
    docs = Path(__file__).resolve().parents[2] / "docs"
    usual = docs / f"{name}.md" if (docs / "design.md").exists() else Path(f"{name}.md")
    path = path_named(parsed.get("output") or usual)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    print(path)
    return 0


def outcomes(line: CommandLine) -> int:
    """Print what outcomes mean, or write the page of all."""
    import textwrap

    from sim.cli.tables.layout import screen_width
    from sim.recording.definitions import defined, definitions, page

    names = [word for word in line.overrides if "=" not in word]
    parsed = parse_overrides([word for word in line.overrides if "=" in word])
    for key in (*parsed.values, *parsed.groups):
        if key != "output":
            raise unknown("key", key, ["output"], "of sahel outcomes")
    if parsed.get("output") is not None:
        return write_page(line, "outcomes", page)
    shown = [item for name in names for item in defined(name)] or definitions()
    width = min(100, screen_width())
    where = ""
    for item in shown:
        if item.where != where:
            where = item.where
            print(f"\n{where[:1].upper()}{where[1:]}\n")
        print(f"  {item.name} ({item.unit}; over a period: {item.usual})")
        print(textwrap.fill(item.meaning, width, initial_indent=" " * 6, subsequent_indent=" " * 6))
    return 0
