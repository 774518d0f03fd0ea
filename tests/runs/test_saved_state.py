"""Continuations have the same bits as runs from the beginning; what does not fit, or is no state, is refused."""

import io
import json
import pickle
import zipfile
from contextlib import suppress
from datetime import date

import numpy as np
import pytest

from sim.cli.continue_from import continuation_settings
from sim.cli.main import main
from sim.core import provenance
from sim.core.files import atomic_write, read_json
from sim.core.structure import unstructure
from sim.model.model import ConflictModel
from sim.recording.record_file import write_npz
from sim.recording.recorder import Recorder
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import replicate_file
from sim.runs import single_run
from sim.runs.single_run import simulate
from sim.runs.snapshot import KEPT
from sim.runs.states import saved_state
from sim.runs.states.checks import CHECKS, FIXED, INDICES
from sim.runs.states.saved_state import RECORDED, SavedState, StateError, load_state
from sim.runs.workers import Checkpoint
from sim.settings.compose import settings_for
from sim.settings.divergence import differences
from sim.settings.settings import Settings
from tests.comparisons import run_plan
from tests.example_runs import settings_of, world_of
from tests.runs.test_shared_past import same

WORDS = ("period.start=2013-01-01", "period.end=2015-06-30", "seed=5")
DAY = date(2014, 9, 17)  # in the middle of a month and of a week


@pytest.fixture(scope="module", autouse=True)
def one_version():
    """The hash of the source is taken once: reading all files again and again takes its time."""
    kept, found = provenance.source_hash, provenance.source_hash()
    provenance.source_hash = lambda: found
    yield
    provenance.source_hash = kept


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The file of a state of the teaching region, and the record of the run that left it."""
    path = tmp_path_factory.mktemp("states") / "state.npz"
    settings = settings_of(*WORDS)
    step = saved_state.step_of(settings, DAY)
    record = single_run.simulate_from_state(settings, world_of(), save={step: (path, DAY)})
    return path, record


def fits(path, settings) -> list[str]:
    """Check a state as `sahel run from=` does, and put it into a model."""
    state = load_state(path)
    notes = state.check(settings)
    state.put(ConflictModel(settings, world_of(settings.region)))
    return notes


# ---------------------------------------------------------------------------- the same bits


def test_saving_changes_nothing(saved):
    assert same(saved[1], simulate(settings_of(*WORDS), world_of()))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("abuses=restraint", f"levers.from={DAY}"),
        ("withdrawals=un_stays", "blockades=none", f"levers.from={DAY}"),
        ("period.end=2016-03-31",),
        (f"period.start={DAY}", "period.end=2015-12-31"),
        ("period.start=2014-12-01",),
        ("politics=endogenous", "levers.from=2015-01-01"),
    ],
)
def test_a_continuation_has_the_bits_of_a_run_from_the_beginning(saved, words):
    merged = {word.split("=")[0]: word for word in (*WORDS, *words)}
    settings = settings_of(*merged.values())
    state = load_state(saved[0])
    assert state.check(settings) == []
    assert same(single_run.simulate_from_state(settings, world_of(), state=state), simulate(settings, world_of()))


def test_a_state_saved_by_a_continuation(saved, tmp_path):
    settings = settings_of(*WORDS)
    step = saved_state.step_of(settings, date(2015, 2, 1))
    single_run.simulate_from_state(
        settings, world_of(), state=load_state(saved[0]), save={step: (tmp_path / "b.npz", date(2015, 2, 1))}
    )
    again = single_run.simulate_from_state(settings, world_of(), state=load_state(tmp_path / "b.npz"))
    assert same(again, saved[1])


def test_half_steps_too(tmp_path):
    settings = settings_of(*WORDS, "step_days=3.5", "period.end=2014-12-31")
    step = saved_state.step_of(settings, DAY)
    whole = single_run.simulate_from_state(settings, world_of(), save={step: (tmp_path / "h.npz", DAY)})
    state = load_state(tmp_path / "h.npz")
    assert state.check(settings) == []
    assert same(single_run.simulate_from_state(settings, world_of(), state=state), whole)


@pytest.mark.long
def test_the_same_bits_in_the_default_region(tmp_path):
    words = ("period.start=2015-01-01", "period.end=2017-06-30", "seed=2", "draw=all")
    settings = settings_of(*words, region="sahel")
    day = date(2016, 3, 3)
    path = tmp_path / "sahel.npz"
    whole = single_run.simulate_from_state(
        settings, world_of("sahel"), save={saved_state.step_of(settings, day): (path, day)}
    )
    assert same(single_run.simulate_from_state(settings, world_of("sahel"), state=load_state(path)), whole)
    continuation = settings_of(*words, "abuses=restraint", "withdrawals=un_stays", f"levers.from={day}", region="sahel")
    state = load_state(path)
    assert state.check(continuation) == []
    assert same(
        single_run.simulate_from_state(continuation, world_of("sahel"), state=state),
        simulate(continuation, world_of("sahel")),
    )


def test_the_command_saves_and_goes_on(tmp_path, capsys):
    base = ["region=teaching", "seed=3", "period.end=2014-06-30"]
    assert main(["run", *base, "save_at=[2013-09-04,2014-01-01]", f"output={tmp_path / 'a'}", "--quiet"]) == 0
    kept = tmp_path / "a" / "states" / "2013-09-04.npz"
    assert (tmp_path / "a" / "states" / "2014-01-01.npz").exists()
    said = ["abuses=restraint", "withdrawals=un_stays"]
    assert main(["run", f"from={kept}", *said, f"output={tmp_path / 'b'}", "--quiet"]) == 0
    record = RunRecord.load(tmp_path / "b" / "parts" / "history" / "0000.npz")
    assert same(record, simulate(settings_for([*base, *said, "levers.from=2013-09-04"]), world_of()))
    run = read_json(tmp_path / "b" / "run.json")
    assert run["from"]["day"] == "2013-09-04"
    assert len(run["from"]["sha256"]) == 64
    assert run["configuration"]["history"]["seed"] == 3
    assert main(["run", f"from={kept}", "seed=4", f"output={tmp_path / 'd'}"]) == 2
    assert "seed (3 and 4) is not as in the saved run" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_levers_of_the_saved_run_go_on(tmp_path):
    settings = settings_of("scenario=restraint", "levers.from=2013-01-01", "period.end=2014-01-31")
    path, day = tmp_path / "restraint.npz", date(2013, 9, 4)
    single_run.simulate_from_state(settings, world_of(), save={saved_state.step_of(settings, day): (path, day)})
    continuation, notes = continuation_settings(["period.end=2014-03-31"], None, load_state(path))
    assert (continuation.levers_from, notes) == (date(2013, 1, 1), [])
    with pytest.raises(StateError, match="the event conduct_army parts"):
        continuation_settings(["scenario=history"], None, load_state(path))


def test_a_comparison_goes_on_from_its_saved_states(tmp_path):
    day = date(2013, 9, 4)
    base = ("period.end=2014-03-31", "seed=4", f"levers.from={day}")
    settings = {name: settings_of(*base, f"scenario={name}") for name in ("history", "restraint", "un_stays")}
    place = (saved_state.step_of(settings["history"], day), day, tmp_path / "a" / "states" / day.isoformat())
    whole = run_plan(settings, 2, 1, tmp_path / "a", 4, checkpoint=Checkpoint(save=(place,)))
    later = run_plan(settings, 2, 1, tmp_path / "b", 4, checkpoint=Checkpoint(start=place[2]))
    for name in settings:
        for replicate in range(2):
            one, two = (replicate_file(folder, name, replicate).read_bytes() for folder in (whole, later))
            assert one == two, (name, replicate)
    (place[2] / "0001.npz").unlink()  # saved states are part of what is finished
    run_plan(settings, 2, 1, tmp_path / "a", 4, checkpoint=Checkpoint(save=(place,)))
    assert (place[2] / "0001.npz").exists()


def test_the_words_of_a_comparison_with_states(tmp_path, capsys):
    base = ["compare", "region=teaching", "period.end=2013-12-31", "replicates=1", "workers=1", "--quiet"]
    folder = tmp_path / "a" / "states" / "2013-09-04"
    assert main([*base, "scenarios=[history]", "save_at=2013-09-04", f"output={tmp_path / 'a'}"]) == 0
    assert main(["compare", f"from={folder}", "scenarios=[history,restraint]", "replicates=2"]) == 2
    assert f"There is no state of replicate 1 in {folder}" in capsys.readouterr().err
    words = ["compare", f"from={folder}", "scenarios=[history,restraint]", "replicates=1", "workers=1", "--quiet"]
    assert main([*words, f"output={tmp_path / 'b'}"]) == 0
    run = read_json(tmp_path / "b" / "run.json")
    days = {"levers_from": "2013-09-04", "differ_from": "2013-09-04"}
    assert run["period"] == {"start": "2012-01-02", "end": "2013-12-31", **days}
    assert main([*words, "levers.from=2013-01-01", f"output={tmp_path / 'c'}"]) == 2
    assert "restraint: The state" in capsys.readouterr().err
    assert main(["compare", f"from={tmp_path}"]) == 2
    assert "names no states of a comparison" in capsys.readouterr().err


# ---------------------------------------------------------------------------- what does not fit


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("seed=6",), "seed (5 and 6) is not as in the saved run"),
        (("replicate=1",), "replicate (0 and 1) is not"),
        (("draw=none",), "draw (contested and none) is not"),
        (("step_days=3.5",), "step_days (7.0 and 3.5) is not"),
        (("parameters.recruitment.rate=0.3",), "parameters.recruitment.rate ("),
        (("processes.combat.on=false",), "processes.combat is not as"),
        (("actors.banner.mobility=3",), "the actor profile of banner is not as"),
        (
            ("abuses=restraint", "levers.from=2014-09-01"),
            "parts from the saved run on 2014-09-01, before the state's day",
        ),
        (("schedule.mission_exit.date=2014-03-01",), "the event mission_exit"),
        (("period.start=2014-01-01",), "say period.start=2013-01-01, as in the saved run, or 2014-09-17 or later"),
        (("period.end=2014-06-30",), "period.end is 2014-06-30"),
    ],
)
def test_a_continuation_that_does_not_fit_is_refused(saved, words, sentence):
    merged = {word.split("=")[0]: word for word in (*WORDS, *words)}
    with pytest.raises(StateError) as told:
        fits(saved[0], settings_for(["region=teaching", *merged.values()]))
    assert sentence in str(told.value)
    assert str(told.value).count("\n") == 0


def test_a_state_of_another_region_is_refused(saved):
    with pytest.raises(StateError, match=r"region \(teaching and sahel\) is not as in the saved run"):
        load_state(saved[0]).check(settings_of("seed=5", region="sahel"))


def test_a_state_of_another_map_version_or_draw_is_refused(saved):
    settings = settings_of(*WORDS)

    def changed(**meta) -> SavedState:
        state = load_state(saved[0])
        state.meta |= meta
        return state

    with pytest.raises(StateError, match="another map"):
        changed(data_hash="0" * 64).put(ConflictModel(settings, world_of()))
    with pytest.raises(StateError, match="uncertain parameters"):
        changed(drawn={"attitudes.backlash": 0.123}).put(ConflictModel(settings, world_of()))
    about = load_state(saved[0]).meta["provenance"]
    with pytest.raises(StateError, match="another version of this program"):
        changed(provenance=about | {"source_hash": "0"}).check(settings)
    elsewhere = changed(provenance=about | {"versions": about["versions"] | {"numpy": "0.1"}}).check(settings)
    assert "the last bits may differ" in elsewhere[0]


@pytest.mark.parametrize(
    "scenario", ["history", "lesson_vacuum_phased", "stabilisation", "national_deal", "one_corridor"]
)
def test_settings_come_back_from_a_state_as_they_were(scenario):
    settings = settings_of(f"scenario={scenario}", "draw=all", "politics=endogenous")
    again = Settings.from_data(json.loads(json.dumps(unstructure(settings))))
    assert differences(settings, again) == []


# ---------------------------------------------------------------------------- files from strangers


def parts_of(path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def written(path, arrays):
    atomic_write(path, lambda file: write_npz(file, arrays))
    return path


def assert_refused(path, match: str | None = None) -> None:
    """Reading the file and going on from it gives one sentence."""
    with pytest.raises(StateError, match=match) as told:
        fits(path, settings_of(*WORDS))
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 700


class Pickled:
    """Would run code when unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def test_pickles_are_never_loaded(saved, tmp_path):
    arrays = parts_of(saved[0])
    for name in ("tables/units/cell", "meta", "recorder/values"):
        raw = io.BytesIO()
        np.lib.format.write_array(raw, np.array([Pickled()], dtype=object), allow_pickle=True)
        path = tmp_path / "pickle.npz"
        with zipfile.ZipFile(path, "w") as archive:
            for other in arrays:
                plain = io.BytesIO()
                np.lib.format.write_array(plain, arrays[other])
                archive.writestr(f"{other}.npy", raw.getvalue() if other == name else plain.getvalue())
        assert_refused(path)
    (tmp_path / "bare.npz").write_bytes(pickle.dumps({"a": 1}))
    assert_refused(tmp_path / "bare.npz", "not a zip file")


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (10**15,), }", b"x"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }", b"12345678"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", b""),
        ("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", b"12345678"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"12345678"),
        ("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", b"12345678"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }" + " " * 60000, b"12345678"),
        ("__import__('os').abort()", b""),
        ("(" * 900, b""),
    ],
)
def test_headers_that_lie_are_refused_before_room_is_made(saved, tmp_path, header, data):
    path = tmp_path / "header.npz"
    raw = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data
    with zipfile.ZipFile(saved[0]) as good, zipfile.ZipFile(path, "w") as archive:
        for entry in good.infolist():
            archive.writestr(entry.filename, raw if entry.filename == "tables/units/km_left.npy" else good.read(entry))
    assert_refused(path)


def test_a_long_header_of_a_later_version_is_refused(saved, tmp_path):
    raw = b"\x93NUMPY\x02\x00" + (2**31).to_bytes(4, "little") + b"{"
    path = tmp_path / "long.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("meta.npy", raw)
    assert_refused(path, "written in another way")


def test_sizes_are_bounded(saved, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.runs.states.state_file.MOST_BYTES", 100_000)
    assert_refused(saved[0], "larger than any state")
    monkeypatch.undo()
    monkeypatch.setattr("sim.runs.states.state_file.MOST_ARRAYS", 3)
    assert_refused(saved[0], "larger than any state")


def test_truncated_and_damaged_files_are_refused_or_whole(saved, tmp_path):
    good = saved[0].read_bytes()
    path = tmp_path / "part.npz"
    for share in (0.0, 0.01, 0.3, 0.7, 0.99, 0.9999):
        path.write_bytes(good[: int(share * len(good))])
        assert_refused(path)
    rng = np.random.default_rng(1)
    settings = settings_of(*WORDS)
    for _ in range(60):
        data = bytearray(good)
        data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        path.write_bytes(data)
        with suppress(StateError):
            fits(path, settings)


def test_numbers_that_kernels_would_follow_are_checked(saved, tmp_path):
    good = parts_of(saved[0])

    def with_value(name, value, at=0):
        arrays = {key: values.copy() for key, values in good.items()}
        arrays[name].reshape(-1)[at] = value
        return written(tmp_path / "value.npz", arrays)

    for name, value in [
        ("tables/units/cell", 10**6),
        ("tables/units/cell", -2),
        ("tables/units/cell", -1),
        ("tables/units/home", 10**6),
        ("tables/units/target", 10**6),
        ("tables/units/actor", 99),
        ("tables/units/actor", -1),
        ("tables/units/posture", 8),
        ("tables/units/manpower", -5),
        ("tables/units/manpower", 2**62),
        ("tables/cells/controller", 90),
        ("tables/cells/controller", -3),
        ("tables/actors/objective", 10**6),
        ("tables/actors/mediator", 99),
        ("tables/governments/partner", 99),
        ("tables/nodes/through", 10**4),
        ("tables/nodes/through_edge", 10**4),
        ("tables/communities/residents", -1),
        ("tables/cohorts/persons", -1),
        ("tables/cells/danger", np.nan),
        ("tables/communities/fear", np.inf),
        ("tables/communities/support", 1e300),
        ("tables/cohorts/place", 3),
        ("tables/actors/kind", 4),
        ("kept/flows", -1),
    ]:
        alive = int(np.flatnonzero(good["tables/units/manpower"] > 0)[0])
        assert_refused(with_value(name, value, alive if "/units/" in name else 0))
    for name in ("tables/units/cell", "tables/cells/presence", "kept/flows", "recorder/values"):
        assert_refused(
            written(tmp_path / "type.npz", good | {name: good[name].astype("f4" if "values" not in name else "f8")})
        )
        assert_refused(written(tmp_path / "shape.npz", good | {name: good[name][..., :-1]}))
        assert_refused(written(tmp_path / "gone.npz", {key: values for key, values in good.items() if key != name}))


def test_recorded_events_that_do_not_fit_are_refused(saved, tmp_path):
    good = parts_of(saved[0])
    days, rows, caught, _ = (f"recorder/events/0/{i}" for i in range(4))
    assert len(good[rows]) == len(good[days]) > 0
    nowhere = good[rows].copy()
    nowhere[0, 0] = -1
    for broken in (
        {days: good[days].astype("i8")},
        {days: good[days][:-1]},
        {rows: good[rows][:, :-1]},
        {rows: nowhere},
        {rows: good[rows].astype("i8")},
        {caught: good[caught].astype("f8")},
        {caught: good[caught][:-1]},
    ):
        assert_refused(written(tmp_path / "events.npz", good | broken))


def test_descriptions_that_lie_are_refused(saved, tmp_path):
    good = parts_of(saved[0])
    meta = json.loads(good["meta"].tobytes())

    def described(text) -> None:
        text = text if isinstance(text, str) else json.dumps(text)
        assert_refused(written(tmp_path / "meta.npz", good | {"meta": np.frombuffer(text.encode(), np.uint8)}))

    kept, recorder = meta["kept"], meta["recorder"]
    order = {"actor": 0, "kind": "blockade", "places": {"tuple": ["Port Aru"]}, "goods": "fuel", "until": 1.0}
    described("[" * 100_000)
    for broken in (
        "",
        "[]",
        "{}",
        "nonsense",
        '{"format": 1}',
        meta | {"format": 99},
        meta | {"settings": {}},
        meta | {"settings": meta["settings"] | {"seed": "x"}},
        meta | {"settings": meta["settings"] | {"region": "\x1b[2Jevil"}},
        meta | {"date": "2014-13-45"},
        meta | {"date": "2018-01-01"},
        meta | {"step": -1},
        meta | {"step": 1e300},
        meta | {"step": True},
        meta | {"kept": {}},
        meta | {"kept": kept | {"t": 5.0}},
        meta | {"kept": kept | {"t": float("nan")}},
        meta | {"kept": kept | {"step_index": 10**9}},
        meta | {"kept": kept | {"ledger": {"map": [["births", 1]]}}},
        meta | {"kept": kept | {"orders": {"list": [1]}}},
        meta | {"kept": kept | {"orders": {"list": [{"order": order}]}}},
        meta | {"kept": kept | {"orders": {"list": [{"order": order | {"cells": {"array": "kept/flows"}}}]}}},
        meta | {"kept": kept | {"ramped": {"set": [99]}}},
        meta | {"kept": kept | {"ramped": {"set": [{"list": []}]}}},
        meta | {"kept": kept | {"coups_due": {"list": [-1]}}},
        meta | {"kept": kept | {"rallies_due": {"list": [-1]}}},
        meta | {"kept": kept | {"flows": {"array": "nowhere"}}},
        meta | {"kept": kept | {"places_of": {"map": [[0, {"map": [["Atlantis", 1.0]]}]]}}},
        meta | {"kept": kept | {"bloc_numbers": {"map": [["x", 500]]}}},
        meta | {"kept": kept | {"t": {"object": "os"}}},
        meta | {"recorder": {}},
        meta | {"recorder": recorder | {"dates": {"list": []}}},
        meta | {"recorder": recorder | {"observe": 1}},
        meta | {"recorder": recorder | {"months": {"list": [1, 2]}}},
    ):
        described(broken)


# ---------------------------------------------------------------------------- nothing is forgotten


def test_every_kept_thing_has_a_check():
    assert set(CHECKS) == set(KEPT)


def test_all_that_a_recorder_gathers_is_saved():
    model = ConflictModel(settings_of(*WORDS, "period.start=2012-02-01"), world_of())
    recorder = Recorder(model)
    before = {name: pickle.dumps(value) for name, value in vars(recorder).items()}
    for _ in range(60):
        model.step()
        recorder.observe(model)
    changed = {name for name, value in vars(recorder).items() if before.get(name) != pickle.dumps(value)}
    assert changed <= set(RECORDED), (
        f"add to RECORDED in sim/runs/states/saved_state.py: {sorted(changed - set(RECORDED))}"
    )


def test_every_whole_number_of_a_table_is_bounded_or_harmless():
    model = ConflictModel(settings_of(*WORDS), world_of())
    # whole numbers that nothing is looked up by
    harmless = {"actors.handover", "actors.units_made", "units.key", "cells.abuse_week"}
    harmless |= {"governments.blocs", "governments.coups", "governments.coup_week", "actors.withdrawals_week"}
    harmless |= {"cells.sweeps_answered"}  # set to nothing as a week begins
    for name, table in model.tables.items():
        for column in table.columns.values():
            bounded = column.unit in INDICES or column.unit == "persons" or column.name in FIXED.get(name, ())
            where = f"{name}.{column.name}"
            if np.dtype(column.dtype).kind in "iu" and where not in harmless and where != "units.posture":
                assert bounded, f"say in sim/runs/states/checks.py what {where} may be"


def test_words_that_are_no_states(tmp_path, capsys):
    assert main(["run", "from=nowhere.npz"]) == 2
    assert "There is no state nowhere.npz" in capsys.readouterr().err
    assert main(["run", f"from={tmp_path}"]) == 2
    assert main(["run", "from=[a,b]"]) == 2
    assert main(["run", "region=teaching", "save_at=2044-01-01", f"output={tmp_path / 'x'}"]) == 2
    assert "save_at is 2044-01-01, outside the run" in capsys.readouterr().err
    assert main(["run", "region=teaching", "save_at=soon", f"output={tmp_path / 'x'}"]) == 2
    assert not (tmp_path / "x").exists()
