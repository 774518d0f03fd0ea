"""Imports point one way. The syntax trees are walked, so that an import inside a function counts too."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SIM = ROOT / "sim"

#: what each layer is made of, from the ground up; a module may import from its own layer and those below
LAYERS = (
    ("child", "kernel_cache", "errors", "uniforms", "columns", "storage", "reading", "words", "people"),
    ("plain", "config", "parameter", "parameters", "parameters_force", "parameters_society", "parameter_table", "tables", "killers", "effects", "events"),
    ("world", "places", "posts", "roads"),
    ("lever", "levers", "schedule", "withdrawals", "compose"),
    ("agents", "space"),
    ("processes",),
    ("orders", "state", "setup", "variants", "observe_record"),
    ("observe", "observe_sums", "model"),
    ("branching", "states", "states_file", "states_run"),
    ("compare", "outputs_keep", "stopping", "summary"),
    ("outputs", "outputs_cells", "outputs_lists", "outputs_read", "factorial", "pairing", "observations"),
    ("figures", "figures_maps", "figures_stopping", "report"),
    ("ensemble", "ensemble_dask", "ensemble_progress", "ensemble_queue", "ensemble_workers"),
    ("case",),
    ("process_effects", "history", "validate"),
    ("comparison_words", "futures", "commands", "commands_case", "cli", "hydra_app", "app"),
)  # fmt: skip
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
LAYER_OF[""] = 0  # the package itself, which only says where compiled kernels are kept
#: imports against the direction, each with its reason; nothing else may be added without one
ALLOWED = {
    ("model", "compose"): "warm_up runs the teaching region as shipped",
}
#: modules that see datasets and never a live model
DATASETS_ONLY = ("compare", "factorial", "pairing", "figures", "figures_maps", "report", "summary", "outputs_read")
LIVE = ("model", "setup", "state", "processes", "agents", "space", "columns", "observe")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    """Names of the modules of the project that a file imports, at its head or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (ROOT / Path(*inner.split("."))).with_suffix(".py").exists()
                found.add(inner if is_module else node.module)
    return {name for name in found if name.split(".")[0] in ("sim", "tests", "tools")}


def part(module: str) -> str:
    """The part of `sim` to which a module belongs: a module, or a package."""
    return module.split(".")[1] if "." in module else ""


FILES = sorted(path for path in SIM.rglob("*.py") if "_scenarios" not in path.parts)
MODULES = {module_of(path): imports_of(path) for path in FILES}


def test_every_module_has_a_layer():
    unknown = {part(module) for module in MODULES} - set(LAYER_OF) - {""}
    assert not unknown, f"give these a place in LAYERS: {sorted(unknown)}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module):
    here = part(module)
    for name in MODULES[module]:
        there = part(name)
        assert name.startswith("sim"), f"{module} imports {name}"
        if there and (here, there) not in ALLOWED:
            assert LAYER_OF[there] <= LAYER_OF[here], f"{module} imports {name}, which stands above it"


def test_processes_never_import_one_another():
    for module, names in MODULES.items():
        if module.startswith("sim.processes."):
            others = {name for name in names if name.startswith("sim.processes")}
            assert not others, f"{module} imports {sorted(others)}"
            assert not {"sim.model", "sim.state", "sim.setup"} & names, f"{module} imports the model"


def test_cases_never_see_a_live_model():
    for module, names in MODULES.items():
        if module.startswith("sim.case"):
            live = {name for name in names if part(name) in ("model", "setup", "state", "observe", "agents", "space")}
            assert not live, f"{module} imports {sorted(live)}"


def test_figures_and_statistics_never_see_a_live_model():
    for module, names in MODULES.items():
        if part(module) in DATASETS_ONLY:
            live = {name for name in names if part(name) in LIVE}
            assert not live, f"{module} imports {sorted(live)}"


def test_columns_knows_no_word_of_the_domain():
    assert MODULES["sim.columns"] == set()
    assert MODULES["sim.uniforms"] == set()
