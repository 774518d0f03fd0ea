"""Whether the program still computes the same bits as an earlier commit: `python -m tools.same_bits BASE`.

BASE is a checkout of the earlier commit with an environment of its own (`git worktree add BASE COMMIT`, then
`make -C BASE setup`). Both versions run the same things in one session, each with its own interpreter:

    teaching, sahel   300 weeks of `history`, seed 1: every column of every table in the last week, checksums of them in
                      each week, every event, flows, the account of persons, what was drawn
    compare           the tables of `sahel compare` of the teaching region's `history` and `lesson_restraint`,
                      3 replicates, seed 1

Then every value is compared, bit by bit; NaN equals NaN. Exits with 1 if anything differs that `same_bits_names.csv`
does not list. Its columns:

    old, new   names in the two versions; `actors.mandate[3]` is the fourth number of a column that holds several in a
               row. Where `new` is empty the column was dropped, where `old` is, it was added
    may        what may differ: `dtype` or `values`, else nothing
    why        a reason

What the base gave is kept (`--keep`): it runs once for a commit. `--write-summary` writes `tests/data/bits.json`
anew, which `tests/test_bits.py` holds the present version to; `docs/bits.md` says when that may be done.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NAMES = Path(__file__).with_name("same_bits_names.csv")
SUMMARY = ROOT / "tests" / "data" / "bits.json"
REGIONS = ("teaching", "sahel")
PARTS = (*REGIONS, "compare")
WEEKS = 300
#: what `compare` compares; the command makes the same tables whatever the number of workers
COMPARED = ("region=teaching", "scenarios=[history,lesson_restraint]", "replicates=3", "seed=1", "workers=1")
TABLES = ("outcomes.parquet", "comparison.csv", "cells.nc", "flows.parquet", "events.parquet")
#: fields of a row of the week's log, where it is a plain array of whole numbers
LOG = ("cell", "type", "initiator", "side_a", "side_b", "deaths_a", "deaths_b", "civilians", "kind")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
#: up to so many numbers in a row, a column is summed up number by number (mandates, shares by controller)
FEW = 7
#: fractions in the summary may differ by so much of the sum of their sizes
FRACTION = 1e-9


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.same_bits", description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path, nargs="?", help="checkout of the earlier commit")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be said twice")
    parser.add_argument("--weeks", type=int, default=WEEKS, help=f"weeks of the two regions (default: {WEEKS})")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir()) / "sahel-same-bits",
        help="folder for what the base gave (default: one among the system's temporary files)",
    )
    parser.add_argument("--python", type=Path, help="the base's interpreter (default: BASE/.venv/bin/python)")
    parser.add_argument(
        "--fresh-kernels", action="store_true", help="compile the present version's kernels anew, trusting none kept"
    )
    parser.add_argument("--write-summary", action="store_true", help="write tests/data/bits.json anew, and no more")
    parser.add_argument("--record", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args(arguments)
    if words.base is None and not words.write_summary:
        parser.error("say which checkout to compare with, or --write-summary")
    return words


# ---------------------------------------------------------------------------- recording, inside either environment


def imported(name: str, *modules: str) -> Any:
    """`name` from the first of the modules that is there: packages and files have moved between versions."""
    for module in modules:
        try:
            return getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            # a module that is there, but lacks something itself, is to be heard of
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise
    raise ModuleNotFoundError(f"none of {', '.join(modules)} is there")


def record(region: str, weeks: int) -> dict[str, np.ndarray]:
    """Run `history` and return `end/NAME` (values in the last week), `check/NAME` and `sum/NAME` (one row a week)."""
    model_class = imported("ConflictModel", "sim.model.model", "sim.model")
    settings_for = imported("settings_for", "sim.settings.compose", "sim.compose")
    model = model_class(settings_for([f"region={region}", "scenario=history", "seed=1"]))
    checks: dict[str, list] = {}
    sums: dict[str, list] = {}
    events: list[dict[str, np.ndarray]] = []
    for week in range(weeks):
        model.step()
        for name, values in state_of(model).items():
            checks.setdefault(name, []).append(checksum(values))
            if values.dtype.kind == "f":
                sums.setdefault(name, []).append(finite_sums(values))
        fields = events_of(model)
        events.append(fields | {"week": np.full(len(next(iter(fields.values()))), week)})
    found = {f"end/{name}": values.copy() for name, values in (state_of(model) | labels_of(model)).items()}
    found |= {f"end/events.{field}": np.concatenate([part[field] for part in events]) for field in events[0]}
    found |= {f"check/{name}": np.array(rows) for name, rows in checks.items()}
    return found | {f"sum/{name}": np.array(rows) for name, rows in sums.items()}


def state_of(model) -> dict[str, np.ndarray]:
    """All columns of all tables, flows, the account of persons, the clock."""
    state = {f"{table}.{name}": getattr(rows, name) for table, rows in model.tables.items() for name in rows.columns}
    state |= {f"ledger.{name}": np.array([number]) for name, number in model.ledger.items()}
    return state | {"flows": model.flows, "t": np.array([model.t]), "step_index": np.array([model.step_index])}


def labels_of(model) -> dict[str, np.ndarray]:
    """What stays as it is through a run: names, and the values of parameters that were drawn."""
    names = {"names.actors": model.actor_names, "names.controllers": model.controllers}
    labels = {name: np.array(list(texts)) for name, texts in names.items()}
    return labels | {f"drawn.{name}": np.array([value]) for name, value in model.drawn.items()}


def events_of(model) -> dict[str, np.ndarray]:
    """The week's events by field."""
    rows = model.log[: model.logged]
    if rows.dtype.names:
        return {name: rows[name].copy() for name in rows.dtype.names}
    return {name: rows[:, place].copy() for place, name in enumerate(LOG)}


def by_number(values: np.ndarray) -> np.ndarray:
    """Values as (rows, numbers in a row)."""
    return values.reshape(len(values), -1) if values.ndim == 2 else values.reshape(-1, 1)


def checksum(values: np.ndarray) -> np.ndarray:
    """A number (k,) of the values and their places, for each of the k numbers in a row. Any changed bit changes it."""
    bits = bits_of(by_number(values))
    mixed = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    place = np.arange(len(bits), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    weight = place * np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit is lost
    return ((mixed ^ (mixed >> np.uint64(32))) * weight[:, None]).sum(axis=0, dtype=np.uint64)


def bits_of(values: np.ndarray) -> np.ndarray:
    """Values as uint64, equal where the bits are the same. NaN equals NaN, whole numbers go by their value."""
    if values.dtype.kind == "f":
        wide = np.ascontiguousarray(values, dtype=np.float64)  # keeps every float32 apart
        bits = wide.view(np.uint64)
        unknown = np.isnan(wide)
        return np.where(unknown, np.uint64(0x7FF8000000000000), bits) if unknown.any() else bits
    return values.astype(np.uint64) if values.dtype.kind in "ub" else values.astype(np.int64).view(np.uint64)


def finite_sums(values: np.ndarray) -> np.ndarray:
    """Sums (k,) of what is finite, for each of the k numbers in a row."""
    rows = by_number(values)
    sums = rows.sum(axis=0, dtype=np.float64)
    return sums if np.isfinite(sums).all() else np.where(np.isfinite(rows), rows, 0.0).sum(axis=0, dtype=np.float64)


def record_here(part: str, checkout: Path, weeks: int, into: Path) -> int:
    """Record one part of the version in `checkout`, whose environment this process runs in."""
    sim = importlib.import_module("sim")
    if not Path(sim.__file__).resolve().is_relative_to(checkout.resolve()):
        raise SystemExit(f"sim was imported from {sim.__file__}, not from {checkout}")
    if part == "compare":
        main_of = imported("main", "sim.cli.main", "sim.cli")
        return main_of(["compare", *COMPARED, f"output={into}", "--quiet"])
    with open(into, "wb") as file:
        np.savez(file, **record(part, weeks))
    return 0


# ---------------------------------------------------------------------------- running both


def recorded(part: str, checkout: Path, python: Path, weeks: int, into: Path, kernels: Path | None = None) -> None:
    """Record one part of the version in `checkout` with its interpreter; it is there in full or not at all."""
    partly = into.with_name(f".{os.getpid()}-{into.name}")
    into.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(checkout.resolve())}
    environment.pop("NUMBA_CACHE_DIR", None)  # each version has its own place for kernels
    if kernels is not None:
        environment["NUMBA_CACHE_DIR"] = str(kernels)
    # -P: the folder of this file is not searched for modules, the checkout is
    command = [python, "-P", Path(__file__).resolve(), checkout.resolve(), "--record", part]
    command += ["--weeks", weeks, "--into", partly.resolve()]
    done = subprocess.run([str(word) for word in command], cwd=checkout, env=environment, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"{part} could not be run with {checkout} (it ended with {done.returncode}).")
    os.replace(partly, into)


def kept_at(base: Path, python: Path, keep: Path) -> tuple[Path, bool]:
    """Where the results of the base's commit are kept, and whether those that are there count."""

    def git(*words: str) -> str:
        said = subprocess.run(["git", "-C", str(base), *words], capture_output=True, text=True)
        if said.returncode:
            raise SystemExit(f"{base} is no checkout of this project: {said.stderr.strip()}")
        return said.stdout.strip()

    # what is recorded is decided by this file, too
    about = hashlib.sha256(f"{base.resolve()} {python}".encode() + Path(__file__).read_bytes()).hexdigest()
    return keep / f"{git('rev-parse', 'HEAD')[:12]}-{about[:8]}", not git("status", "--porcelain")


def compare_versions(words: argparse.Namespace) -> int:
    """Run what is asked for with both versions, compare, and print what differs."""
    python = words.python or words.base / ".venv" / "bin" / "python"
    if not python.exists():
        raise SystemExit(
            f"{python} is not there: make the base's environment (make -C {words.base} setup) or say --python."
        )
    folder, counts = kept_at(words.base, python, words.keep)
    names, differing = read_names(), 0
    with tempfile.TemporaryDirectory(prefix="sahel-same-bits-") as temporary:
        if not counts:
            print(f"{words.base} has changes that are not committed: it is run anew.")
            folder = Path(temporary) / "base"
        kernels = Path(temporary) / "kernels" if words.fresh_kernels else None
        for part in words.only or PARTS:
            name = "compare" if part == "compare" else f"{part}-{words.weeks}.npz"
            began = time.perf_counter()
            there = (folder / name).exists()
            if not there:
                recorded(part, words.base, python, words.weeks, folder / name)
            between = time.perf_counter()
            recorded(part, ROOT, Path(sys.executable), words.weeks, Path(temporary) / name, kernels)
            ended = time.perf_counter()
            before, after = items_of(folder / name), items_of(Path(temporary) / name)
            told, listed = differences(before, after, names)
            print(f"{part}: {len(before)} columns, hash of the base {digest(before)[:16]}", end="; ")
            print(f"base {'kept' if there else f'{between - began:.1f} s'}, present {ended - between:.1f} s", end="; ")
            print(f"{len(told)} DIFFER" if told else "all the same", flush=True)
            for line in told:
                print(f"  {line}")
            for line in listed:
                print(f"  as listed: {line}")
            differing += len(told)
    return int(differing > 0)


# ---------------------------------------------------------------------------- what is compared


@dataclass
class Item:
    """A column, or an outcome of a table: values, checksums (weeks, k), a text that says whose the values are."""

    values: np.ndarray
    weekly: np.ndarray | None = None
    about: str = ""

    def __getitem__(self, place: int) -> Item:
        """One of several numbers in a row."""
        weekly = None if self.weekly is None else self.weekly[:, place : place + 1]
        return Item(self.values[:, place], weekly, self.about)


def items_of(path: Path) -> dict[str, Item]:
    """What was recorded of a part: a file of columns, or the folder of a comparison."""
    if path.is_dir():
        return {f"{name}/{key}": item for name in TABLES for key, item in table_items(path / name)}
    with np.load(path, allow_pickle=False) as file:
        return items_in({key: file[key] for key in file.files})


def items_in(found: dict[str, np.ndarray]) -> dict[str, Item]:
    """The items of a record."""
    names = [key.partition("/")[2] for key in found if key.startswith("end/")]
    return {name: Item(found[f"end/{name}"], found.get(f"check/{name}")) for name in names}


def table_items(path: Path) -> Iterator[tuple[str, Item]]:
    """The items of one table of a comparison: outcomes, variables or columns."""
    import pandas as pd
    import xarray as xr

    if path.suffix == ".nc":
        with xr.open_dataset(path, decode_cf=False) as data:
            for name, values in data.variables.items():
                yield str(name), Item(plain(values.values), about=" ".join(map(str, values.dims)))
        return
    table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    yield "columns", Item(np.array(list(table.columns)))
    if "outcome" not in table:
        for name in table.columns:
            yield name, Item(plain(table[name].to_numpy()))
        return
    # by outcome, so that the table of names can speak of one
    numbers = [name for name in table.columns if table[name].dtype.kind == "f"]
    for outcome, rows in table.groupby("outcome", sort=False, observed=True):
        labels = rows.drop(columns=[*numbers, "outcome"])
        content = hashlib.sha256(pd.util.hash_pandas_object(labels, index=False, categorize=False).to_numpy().tobytes())
        values = rows[numbers].to_numpy()
        yield str(outcome), Item(values[:, 0] if len(numbers) == 1 else values, about=content.hexdigest()[:16])


def plain(values: np.ndarray) -> np.ndarray:
    """Values as numbers or text: dates as whole numbers, Python's strings as text."""
    values = np.asarray(values)
    if values.dtype.kind in "mM":
        return values.astype(np.int64)
    return values.astype("U") if values.dtype.kind in "OSU" else values


def digest(items: dict[str, Item]) -> str:
    """Hash (hex) of names, types and bits of all items."""
    content = hashlib.sha256()
    for name, item in sorted(items.items()):
        content.update(f"{name} {item.values.dtype.str} {item.values.shape} {item.about}".encode())
        content.update(np.ascontiguousarray(item.values).tobytes())
        if item.weekly is not None:
            content.update(np.ascontiguousarray(item.weekly).tobytes())
    return content.hexdigest()


# ---------------------------------------------------------------------------- names


@dataclass(frozen=True)
class Name:
    """A row of the table of names."""

    old: str
    new: str
    may: str
    why: str


def read_names(path: Path = NAMES) -> list[Name]:
    """The table of names, checked."""
    with open(path, newline="", encoding="utf-8") as file:
        names = [Name(**{key: (text or "").strip() for key, text in row.items()}) for row in csv.DictReader(file)]
    for name in names:
        if not name.why or not (name.old or name.new) or name.may not in ("", "dtype", "values"):
            raise SystemExit(f"{path.name}: a row needs a name, a reason, and `may` empty, dtype or values: {name}")
    for side in ("old", "new"):
        said = [getattr(name, side) for name in names if getattr(name, side)]
        if twice := {text for text in said if said.count(text) > 1}:
            raise SystemExit(f"{path.name}: {side} name said twice: {', '.join(sorted(twice))}")
    return names


def stem(text: str) -> str:
    """The column of a name such as `actors.mandate[3]`."""
    return re.sub(r"\[\d+\]$", "", text)


def in_force(names: list[Name], old: set[str], new: set[str]) -> list[Name]:
    """Rows that speak of these two versions: in a later base a column may have its new name already."""
    left = {stem(name.old) for name in names}
    there = {text for text in old if text not in left}  # by a name that is still in use
    return [
        name
        for name in names
        if (stem(name.old) in old and stem(name.new) not in there) or (not name.old and stem(name.new) in new - old)
    ]


def taken_apart(items: dict[str, Item], said: list[str]) -> dict[str, Item]:
    """The items, those of which single numbers have a name of their own number by number."""
    apart = {stem(text) for text in said if stem(text) != text}
    found = {}
    for name, item in items.items():
        if name not in apart or item.values.ndim != 2:
            found[name] = item
        else:
            found |= {f"{name}[{place}]": item[place] for place in range(item.values.shape[1])}
    return found


def differences(old: dict[str, Item], new: dict[str, Item], names: list[Name]) -> tuple[list[str], list[str]]:
    """What differs beyond what the table of names lists, the earliest week first; and what differs as listed."""
    rows = in_force(names, set(old), set(new))
    old, new = (
        taken_apart(items, [getattr(row, side) for row in rows]) for items, side in ((old, "old"), (new, "new"))
    )
    row_of = {row.old: row for row in rows if row.old}
    told: list[tuple[int, str]] = []
    listed = []
    matched = {row.new for row in rows if not row.old}
    for name, item in old.items():
        row = row_of.get(name)
        if row is not None and not row.new:
            continue  # dropped
        now = row.new if row is not None else name
        label = name if now == name else f"{name} -> {now}"
        matched.add(now)
        if now not in new:
            told.append((-1, f"{label}: is no longer there"))
            continue
        found = difference(item, new[now], row.may if row is not None else "")
        if found is not None:
            week, text, allowed = found
            listed.append(f"{label}: {text}") if allowed else told.append((week, f"{label}: {text}"))
    told += [(-1, f"{name}: is new") for name in new if name not in matched]
    return [text for _, text in sorted(told)], listed


def difference(old: Item, new: Item, may: str = "") -> tuple[int, str, bool] | None:
    """How an item differs: the first week (-1 where that is not known), a text, and whether it `may`."""
    a, b = old.values, new.values
    if old.about != new.about:
        return -1, "belongs to other rows or dimensions", may == "values"
    if a.shape != b.shape:
        return first_week(old, new), f"has the shape {b.shape}, had {a.shape}", may == "values"
    texts = []
    if a.dtype != b.dtype and {a.dtype.kind, b.dtype.kind} != {"U"}:
        texts.append(f"is {b.dtype}, was {a.dtype}")
        if "U" in (a.dtype.kind, b.dtype.kind):
            return -1, texts[0], may == "values"
        if {a.dtype.kind, b.dtype.kind} & {"f"} and a.dtype.kind != b.dtype.kind:
            a, b = a.astype(np.float64), b.astype(np.float64)
    other = a != b if a.dtype.kind == "U" else bits_of(a) != bits_of(b)
    week, count = first_week(old, new), int(other.sum())
    if count or week >= 0:
        text = f"{count} of {a.size} values differ"
        if count and a.dtype.kind != "U":
            text += f", largest relative difference {largest(a[other], b[other]):.2g}"
        texts.append(text + (f", from week {week + 1} on" if week >= 0 else ""))
    if not texts:
        return None
    return week, "; ".join(texts), may == "values" or (may == "dtype" and not count and week < 0)


def first_week(old: Item, new: Item) -> int:
    """The first week whose checksums differ, or -1."""
    if old.weekly is None or new.weekly is None:
        return -1
    if old.weekly.shape != new.weekly.shape:
        return 0
    other = (old.weekly != new.weekly).any(axis=1)
    return int(other.argmax()) if other.any() else -1


def largest(a: np.ndarray, b: np.ndarray) -> float:
    """Largest relative difference; endless where one of two is no finite number."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    finite = np.isfinite(a) & np.isfinite(b)
    if not finite.all():
        return float("inf")
    size = np.maximum(np.abs(a), np.abs(b))
    return float(np.divide(np.abs(a - b), size, out=np.zeros(len(a)), where=size > 0).max())


# ---------------------------------------------------------------------------- the summary that tests hold to


def summary_of(found: dict[str, np.ndarray]) -> dict[str, dict]:
    """A record in few numbers: name -> shape, of whole numbers sum and checksum, of fractions sums."""
    summary = {}
    for name, item in items_in(found).items():
        sums = found.get(f"sum/{name}")
        if item.values.ndim == 2 and item.values.shape[1] <= FEW:
            for place in range(item.values.shape[1]):
                own = None if sums is None else sums[:, place]
                summary[f"{name}[{place}]"] = entry_of(item[place], own)
        else:
            summary[name] = entry_of(item, None if sums is None else sums.sum(axis=1))
    return summary


def entry_of(item: Item, sums: np.ndarray | None) -> dict:
    """The numbers of one column; `sums` (weeks,) of fractions."""
    values, shape = item.values, list(item.values.shape)
    if values.dtype.kind == "U":
        return {"shape": shape, "text": hashlib.sha256("\n".join(values.ravel()).encode()).hexdigest()[:16]}
    if values.dtype.kind != "f":
        weekly = checksum(values)[None] if item.weekly is None else item.weekly
        weeks = checksum(weekly.ravel())[0]
        # as Python's whole numbers: keys would not fit into 64 bits together
        return {"shape": shape, "sum": sum(values.ravel().tolist()), "check": f"{weeks:016x}"}
    finite = np.isfinite(values)
    numbers = np.where(finite, values, 0.0).ravel()
    place = 1.0 + np.arange(numbers.size) % 97 / 97.0
    entry = {"shape": shape, "sum": float(numbers.sum()), "placed": float((numbers * place).sum())}
    if sums is not None:
        entry |= {"weeks": float(sums.sum()), "placed_weeks": float((sums * (1.0 + np.arange(len(sums)) / 97.0)).sum())}
    return entry | ({} if finite.all() else {"endless": int((~finite).sum())})


def moved(stored: dict[str, dict], found: dict[str, dict], names: list[Name]) -> list[str]:
    """Columns that are not as in the stored summary, and by how much; those of it may have other names by now."""
    rows = in_force(names, {stem(name) for name in stored}, {stem(name) for name in found})
    # numbers of a column that was kept as a whole carry its name, and so do their places
    new_name = {row.old: row.new for row in rows if row.old}
    told, matched = [], {row.new for row in rows if not row.old}
    for name, before in stored.items():
        now = new_name.get(name)
        if now is None and stem(name) in new_name:
            now = new_name[stem(name)] and new_name[stem(name)] + name.removeprefix(stem(name))
        if now == "":
            continue  # dropped
        now = now or name
        label = name if now == name else f"{name} -> {now}"
        matched.add(now)
        if now not in found:
            told.append(f"{label}: is no longer there")
        elif text := moved_by(before, found[now]):
            told.append(f"{label}: {text}")
    return told + [f"{name}: is new" for name in found if not {name, stem(name)} & matched]


def moved_by(before: dict, after: dict) -> str:
    """By how much the numbers of a column moved; empty where they are the same."""
    if before.keys() != after.keys():
        return f"is of another kind: {after}, was {before}"
    texts = []
    for key, was in before.items():
        now = after[key]
        if isinstance(was, float):
            # sums of several signs may be small beside what they are made of
            if not abs(now - was) <= FRACTION * max(abs(was), abs(now), abs(before["placed"]), 1e-12):
                texts.append(f"{key} {now!r}, was {was!r} (by {abs(now - was) / max(abs(was), abs(now)):.2g})")
        elif now != was:
            texts.append(f"{key} {now}, was {was}")
    return "; ".join(texts)


def read_summary(path: Path = SUMMARY) -> dict:
    """The stored summary: weeks, and region -> name -> numbers."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_summary(weeks: int, path: Path = SUMMARY) -> int:
    """Write the summary anew, one column a line, and print what moved."""
    before = read_summary(path) if path.exists() else {}
    parts, names = [f'"weeks": {weeks}'], read_names()
    with tempfile.TemporaryDirectory(prefix="sahel-same-bits-") as temporary:
        for region in REGIONS:
            into = Path(temporary) / f"{region}.npz"
            recorded(region, ROOT, Path(sys.executable), weeks, into)
            with np.load(into, allow_pickle=False) as file:
                found = summary_of({key: file[key] for key in file.files})
            told = moved(before.get(region, {}), found, names) if before.get("weeks") == weeks else []
            print(f"{region}: {len(found)} columns", f"{len(told)} moved" if before else "none stored", sep=", ")
            for line in told:
                print(f"  {line}")
            lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
            parts.append(f'"{region}": {{\n{lines}\n }}')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")
    print(path)
    return 0


def main(arguments=None) -> int:
    """Record, compare or write the summary, as the words say."""
    words = parse(arguments)
    if words.record:
        return record_here(words.record, words.base, words.weeks, words.into)
    if words.write_summary:
        return write_summary(words.weeks)
    return compare_versions(words)


if __name__ == "__main__":
    sys.exit(main())
