"""The shipped regions: structure, counts, population, supply and destinations."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from sim.world.build import CACHED, build_world
from sim.world.region import load_region, tables_of

FAR_TOWNS = [
    *("Bamako", "Ouagadougou", "Niamey", "Kayes", "Segou", "Mopti", "Timbuktu", "Gao", "Kidal"),
    *("Menaka", "Djibo", "Dori", "Diffa", "Agadez", "Maradi", "Zinder", "Bobo-Dioulasso"),
    *("Sikasso", "N'Djamena", "Tessalit", "Arlit"),
]


@pytest.fixture(scope="module", params=["sahel", "teaching"])
def world(request):
    return load_region(request.param)


@pytest.fixture(scope="module")
def sahel():
    return load_region("sahel")


def rows_of(start):
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def test_populated_cells_come_first_in_order_of_gid(world):
    assert (world.population[: world.n_communities] > 0).all()
    assert (world.population[world.n_communities :] == 0).all()
    assert (np.diff(world.gid[: world.n_communities]) > 0).all()
    assert (np.diff(world.gid[world.n_communities :]) > 0).all()
    assert len(set(world.gid)) == world.n_cells


def test_population_adds_up_to_the_census_table(world):
    totals = np.bincount(world.admin1, weights=world.population, minlength=len(world.admin1_names))
    assert totals.astype(int).tolist() == world.tables.admin1["population"]
    assert (world.admin1_country[world.admin1] == world.country).all()


def test_neighbours_are_mutual_and_sorted(world):
    here = rows_of(world.nb_start)
    pairs = dict(zip(zip(here.tolist(), world.nb_cell.tolist()), world.nb_hours))
    for (a, b), hours in pairs.items():
        assert pairs[b, a] == pytest.approx(hours)
    for cell in range(world.n_cells):
        assert (np.diff(world.draw_key[world.neighbours_of(cell)].astype(np.int64)) > 0).all()


def test_reach_is_sorted_complete_and_agrees_with_dijkstra(world):
    here = rows_of(world.reach_start)
    for cell in range(0, world.n_cells, 7):
        reached = world.reach_cell[world.row(world.reach_start, cell)]
        assert cell in reached
        assert (np.diff(world.draw_key[reached].astype(np.int64)) > 0).all()
    assert (world.reach_hours[here == world.reach_cell] == 0).all()
    columns = round(360 / world.resolution)
    rows, cols = world.gid // columns, world.gid % columns
    gap = np.hypot(rows[here] - rows[world.reach_cell], cols[here] - cols[world.reach_cell])
    assert gap.max() == world.rules.reach_cells
    graph = csr_matrix((world.nb_hours, world.nb_cell, world.nb_start), shape=(world.n_cells, world.n_cells))
    sample = np.arange(0, world.n_cells, 11)
    exact = dijkstra(graph, indices=sample)
    for row, cell in enumerate(sample):
        reached = world.row(world.reach_start, cell)
        found, best = world.reach_hours[reached], exact[row, world.reach_cell[reached]]
        assert (found >= best - 1e-9).all()  # ways that leave the window are not looked for
        assert np.mean(np.abs(found - best) < 1e-9) > 0.9


def test_destinations(world):
    assert len(world.dest_start) == world.n_communities + 1
    counts = np.diff(world.dest_start)
    assert counts.min() >= 8
    assert counts.max() <= 32
    origin = rows_of(world.dest_start)
    assert (world.dest_cell != origin).all()
    assert (world.dest_cell < world.n_communities).all()
    assert np.isfinite(world.dest_hours).all()
    assert (world.dest_hours > 0).all()
    capital = world.capital_cell[world.country[: world.n_communities]]
    has = np.zeros(world.n_communities, bool)
    has[origin[world.dest_cell == capital[origin]]] = True
    assert (has | (capital == np.arange(world.n_communities))).all()


def test_every_node_is_joined_to_a_port(world):
    size = len(world.nodes)
    graph = csr_matrix((world.edges.km, (world.edges.u, world.edges.v)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    assert set(part) == set(part[world.nodes.kind == 1])
    assert (world.nodes.cell < world.n_communities).all()
    assert world.nodes.population.sum() == world.population.sum()


def test_cells_along_edges_add_up(world):
    edges = world.edges
    total = np.bincount(rows_of(edges.edge_start), edges.edge_cell_km, len(edges))
    assert total == pytest.approx(edges.km)
    assert (edges.crosses == (world.nodes.country[edges.u] != world.nodes.country[edges.v])).all()


def test_cache_equals_a_fresh_derivation():
    tables = tables_of("teaching")
    cached, fresh = build_world(tables), build_world(tables, use_cache=False)
    for key in CACHED:
        np.testing.assert_allclose(getattr(cached, key), getattr(fresh, key))


def test_arrays_are_read_only(world):
    with pytest.raises(ValueError, match="read-only"):
        world.population[0] = 1


def test_counts_by_country(sahel):
    count = dict(zip(sahel.countries, np.bincount(sahel.country)))
    assert 2500 <= sahel.n_cells <= 2650
    assert count["MLI"] == pytest.approx(426, rel=0.02)
    assert count["BFA"] == pytest.approx(87, abs=2)
    assert count["NER"] == pytest.approx(404, rel=0.02)
    people = dict(zip(sahel.countries, np.bincount(sahel.country, sahel.population) / 1e6))
    assert people["MLI"] == pytest.approx(16.2, abs=0.2)
    assert people["BFA"] == pytest.approx(16.8, abs=0.2)
    assert people["NER"] == pytest.approx(17.1, abs=0.1)


@pytest.mark.parametrize(
    ("town", "label"),
    [
        ("Kidal", "MLI.Kidal"),
        ("Gao", "MLI.Gao"),
        ("Timbuktu", "MLI.Tombouctou"),
        ("Menaka", "MLI.Menaka"),
        ("Taoudenni", "MLI.Taoudenit"),
        ("Bamako", "MLI.Bamako"),
        ("Djibo", "BFA.Sahel"),
        ("Kaya", "BFA.Centre-Nord"),
        ("Fada N'gourma", "BFA.Est"),
        ("Niamey", "NER.Niamey"),
        ("Diffa", "NER.Diffa"),
        ("Mbera camp", "MRT.Hodh Chargui"),
        ("Natitingou", "BEN.Atacora"),
    ],
)
def test_towns_lie_in_their_admin1(sahel, town, label):
    (cell,) = sahel.cells_of(town)
    assert sahel.admin1_names[sahel.admin1[cell]] == label


def test_ports_reach_the_capitals_and_towns(sahel):
    names = sahel.nodes.name
    ends = (sahel.edges.u, sahel.edges.v)
    graph = csr_matrix((sahel.edges.hours, ends), shape=(len(names), len(names)))
    ports = np.flatnonzero(sahel.nodes.kind == 1)
    hours = dijkstra(graph, directed=False, indices=ports, min_only=True)
    for town in FAR_TOWNS:
        assert hours[names.index(town)] < 24 * 10, town
    bamako = names.index("Bamako")
    for port in ("Dakar", "Conakry", "Abidjan", "Nouakchott"):
        km = dijkstra(
            csr_matrix((sahel.edges.km, ends), shape=graph.shape),
            directed=False,
            indices=names.index(port),
        )
        assert 700 < km[bamako] < 1900, port


def test_people_of_the_north_may_cross_every_border(sahel):
    timbuktu, menaka, djibo = (sahel.cells_of(t)[0] for t in ("Timbuktu", "Menaka", "Djibo"))

    def destinations(cell):
        return sahel.dest_cell[sahel.row(sahel.dest_start, cell)]

    def camps(cell):
        return {n for n, c in zip(sahel.camps.name, sahel.camps.cell) if c in destinations(cell)}

    def abroad(cell):
        return {sahel.countries[c] for c in sahel.country[destinations(cell)]}

    assert "Mbera camp" in camps(timbuktu)
    assert {"Abala camp", "Mangaize camp"} <= camps(menaka)
    assert "Goudoubo" in camps(timbuktu)
    assert {"MLI", "NER", "GHA"} <= abroad(djibo)
    assert "DZA" in abroad(sahel.cells_of("Kidal")[0])
    assert {"BEN", "TGO", "NER"} <= abroad(sahel.cells_of("Pama")[0])
    assert "CIV" in abroad(sahel.cells_of("Banfora")[0])


def test_places_by_name(sahel):
    assert sahel.cells_of("timbuktu") == sahel.cells_of("Tombouctou")
    assert sahel.cells_of("MÉNAKA") == sahel.cells_of("Menaka")
    assert len(sahel.cells_of("MLI.Gao")) > len(sahel.cells_of("Gao")) == 1
    assert len(sahel.cells_of("BFA")) == len(sahel.cells_of("Burkina Faso"))
    both = sahel.cells_of("MLI.Gao + MLI.Menaka")
    assert len(both) == len(sahel.cells_of("MLI.Gao")) + len(sahel.cells_of("MLI.Menaka"))
    with pytest.raises(ValueError, match="nearest name is 'Kidal'"):
        sahel.cells_of("Kidall")


@pytest.mark.skipif("SAHEL_DATA" not in os.environ, reason="needs SAHEL_DATA")
def test_population_against_communes(sahel, capsys):
    path = Path(os.environ["SAHEL_DATA"]) / "population_priogrid_from_communes.csv"
    row_of = {int(g): i for i, g in enumerate(sahel.gid)}
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for iso3, least in (("MLI", 0.6), ("BFA", 0.6), ("NER", 0.7)):
        pairs = []
        for row in rows:
            cell = row_of.get(int(row["priogrid_gid"]), -1)
            own = cell >= 0 and sahel.countries[sahel.country[cell]] == iso3
            if own and row["iso3"] == iso3:
                pairs.append((float(row["population"]), sahel.population[cell]))
        theirs, ours = np.array(pairs, float).T
        logs = np.corrcoef(np.log1p(theirs), np.log1p(ours))[0, 1]
        misplaced = np.abs(theirs / theirs.sum() - ours / ours.sum()).sum() / 2
        with capsys.disabled():
            print(f"\n{iso3}: {len(pairs)} cells, r(log) {logs:.2f}, misplaced {misplaced:.0%}")
        assert logs > least
        assert misplaced < 0.25
