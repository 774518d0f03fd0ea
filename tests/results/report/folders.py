"""Finished folders for the tests of the report: a tiny comparison of the teaching region, and made-up records."""

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.cli.main import main
from sim.core import provenance
from sim.core.files import read_json, write_json
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
#: a title that would be markup, were it not escaped
HOSTILE = "</script><b>bold</b><script>window.hacked=1</script> %BODY%"


def teaching(path: Path) -> Path:
    """Two scenarios of the teaching region, some weeks, three replicates, as `sahel compare` writes them."""
    words = ["scenarios=[history,lesson_restraint]", "replicates=3", "workers=1", "period.end=2012-04-01"]
    if main(["compare", "region=teaching", *words, f"output={path}", "-q"]):
        raise RuntimeError("the comparison was refused")
    return path


def made_up(path: Path, names: list[str], replicates: int, **changes: object) -> Path:
    """Scenarios with effects of their own with all tables; nothing is simulated. `changes` are the fake's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(names, **changes), replicates, 1, path, 7, **FAKE)
        write_all(path)
    return path


def renamed(folder: Path, path: Path, names: dict[str, str]) -> Path:
    """A copy whose tables have the scenarios' names exchanged; titles stay with the names."""
    shutil.copytree(folder, path, ignore=shutil.ignore_patterns("parts", "*.nc", "figures"))
    for table in path.glob("*.csv"):
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        rows = (
            rows.rename(columns=names)
            if "scenario" not in rows
            else rows.assign(scenario=rows["scenario"].replace(names))
        )
        rows.to_csv(table, index=False)
    for table in path.glob("*.parquet"):
        rows = pq.read_table(table)
        at = rows.schema.get_field_index("scenario")
        new = pa.array([names.get(name, name) for name in rows["scenario"].to_pylist()])
        pq.write_table(rows.set_column(at, "scenario", new).replace_schema_metadata(rows.schema.metadata), table)
    run = read_json(path / "run.json")
    run.pop("files", None)
    run.pop("seal", None)
    write_json(path / "run.json", run)
    return path
