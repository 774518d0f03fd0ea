"""`sahel new scenario NAME`: a commented file to edit, in a folder of one's own."""

from __future__ import annotations

import re

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.settings.hydra_config import default_option
from sim.settings.library import Library
from sim.settings.overrides import parse_overrides
from sim.settings.words.template import scenario_template

#: where the file goes unless folder= says otherwise
USUAL_FOLDER = "my_scenarios"

NAME = re.compile(r"[A-Za-z]\w*")


def new(line: CommandLine) -> int:
    """Write the file and say what to do with it; a file that exists is left alone."""
    words = [word for word in line.overrides if "=" not in word]
    parsed = parse_overrides([word for word in line.overrides if "=" in word])
    for key in (*parsed.values, *parsed.groups):
        if key not in ("folder", "region"):
            raise unknown("key", key, ("folder", "region"), "of sahel new")
    if words and words[0] != "scenario":
        raise unknown("kind of file", words[0], ("scenario",), "to write; say: sahel new scenario NAME")
    if len(words) != 2:
        raise UserError("Say what to call it: sahel new scenario NAME.")
    name = words[1]
    if not NAME.fullmatch(name):
        raise UserError(f"'{name}' cannot be the name of a scenario; use letters, digits and _, such as slow_exit.")
    library = Library()
    if name in library.options("scenario"):
        raise UserError(f"There is a shipped scenario '{name}'; call yours something else.")
    region = parsed.groups.get("region", default_option(library, "region"))
    library.find("region", region)
    folder = line.folder or USUAL_FOLDER
    path = path_named(folder) / "scenario" / f"{name}.yaml"
    if path.exists():
        raise UserError(f"{path} exists; edit it, or give the new one another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(scenario_template(name, region, library), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    at = "" if region == default_option(library, "region") else f" region={region}"
    print(path)
    print(f"Edit it, then: sahel check {path}{at}")
    print(f"and: sahel compare folder={folder} scenarios=[history,{name}]{at}")
    return 0
