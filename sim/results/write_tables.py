"""Tables of a comparison, made from its finished parts.

    outcomes.parquet  tidy: scenario, replicate, date, place, outcome, value, unit
    comparison.csv    paired differences to the baseline: whole period and years
    cells.nc          maps over time (`sim.results.maps.cell_maps`)
    events.parquet, flows.parquet, parameters.parquet (`sim.results.event_tables`)
    control.parquet   who held each cell for how long (`sim.results.maps.control_spells`)
    player.nc         weekly maps of one replicate a scenario (`sim.results.maps.player_layers`)
    towns.csv         how well each town was supplied with fuel (`sim.results.towns_table`)
    caseload.csv      displaced people by admin-1 area with codes, for planners (`sim.results.brief.caseload`)
    uncertainty.csv   chance and drawn parameters in the spread of headlines (`sim.results.uncertainty_shares`)
    run.json          what the records say of themselves is added to it

Everything streams, so that memory does not grow with the number of replicates: some places of one scenario's series,
some months of one map, one replicate's events at a time. Of a large comparison a second process writes the maps.
"""

import multiprocessing
import signal
import sys
import time
from pathlib import Path

from sim.core.child_process import belong_to_parent
from sim.core.files import FOLDER_FORMAT, atomic_path, write_json
from sim.results.brief.caseload import FILE as CASELOAD
from sim.results.brief.caseload import write_caseload
from sim.results.comparison_csv import write_comparison
from sim.results.event_tables import write_events, write_flows, write_parameters
from sim.results.integrity.hashes import FILES, TABLES, hashes_of
from sim.results.maps.cell_maps import write_cells
from sim.results.maps.control_spells import write_control
from sim.results.maps.player_layers import write_player
from sim.results.outcomes_table import write_outcomes
from sim.results.replicate_files import ReplicateFiles, _describe_records, find_replicate_files
from sim.results.result_folder import Folder
from sim.results.towns_table import COUNTS, TOWNS, pairs_of_towns, write_towns

#: up to so many runs the maps are written in seconds, and a process of their own is not worth its start
FEW_RUNS = 200

#: tables that are made of the others, which are read anew for them
WRITTEN_LAST = ("uncertainty.csv", TOWNS, COUNTS, CASELOAD)


def write_all(folder: Path) -> Folder:
    """Write all tables of a folder from the replicates that every scenario has finished; the folder as it was read."""
    clock = time.perf_counter()
    parts = find_replicate_files(Path(folder))
    _describe_records(parts)
    maps = _maps_beside(parts) if len(parts.replicates) * len(parts.scenarios) > FEW_RUNS else None
    try:
        write_outcomes(parts)
        write_comparison(parts)
        write_events(parts)
        write_flows(parts)
        write_parameters(parts)
        write_control(parts)
        write_player(parts)
    except BaseException:
        if maps is not None:
            maps.terminate()
            maps.join()
        raise
    if maps is not None:
        maps.join()
    if maps is None or maps.exitcode != 0:  # what failed there is tried here, where it is told
        write_cells(parts)
    expected = parts.run["seeds"]["replicates"]
    if parts.replicates == expected:
        parts.run["status"] = "complete"
    parts.run["finished_replicates"] = parts.replicates
    parts.run[FILES] = hashes_of(parts.folder, [name for name in TABLES if name not in WRITTEN_LAST])
    parts.run["format"] = FOLDER_FORMAT  # that of the tables, also where an older version began
    parts.run["time"]["tables_seconds"] = time.perf_counter() - clock
    write_json(parts.folder / "run.json", parts.run)
    return write_shares(parts.folder)


def write_shares(folder: Path) -> Folder:
    """Write the tables that are made of others: the spread of each headline, the supply of each town, the caseload.

    The folder is returned with the series that this took, so that figures do not read them again.
    """
    found = Folder(folder)
    (found.path / COUNTS).unlink(missing_ok=True)  # of fewer replicates
    found.load(found.shown() | pairs_of_towns(found))  # all in one pass
    write_towns(found)
    write_caseload(found)
    with atomic_path(folder / "uncertainty.csv") as temporary:
        found.uncertainty_shares().to_csv(temporary, index=False, float_format="%.4g")
    found.run[FILES] |= hashes_of(folder, WRITTEN_LAST)
    write_json(folder / "run.json", found.run)
    return found


def _maps_beside(parts: ReplicateFiles) -> multiprocessing.Process:
    """A process that writes the maps, which take longer than all else together, while this one writes the rest."""
    maps = multiprocessing.get_context("spawn").Process(target=_write_maps, args=(parts,), daemon=True)
    maps.start()
    return maps


def _write_maps(parts: ReplicateFiles) -> None:
    """Write the maps in a process of their own; told to stop, it takes its unfinished file away.

    It ends with 1 if it fails.
    """
    belong_to_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        write_cells(parts)
    except Exception:
        sys.exit(1)
