"""Wars before the first day: what is remembered of them, by hand; files that cannot be read."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.world.past_harm import COLUMNS, FILE, harm_by_government, read_past_harm
from sim.world.region import DATA, load_region
from sim.world.tables import RegionError


@pytest.fixture(scope="module")
def sahel():
    return load_region("sahel")


def with_file(world, folder, text: str):
    """The world with another folder of tables, whose file has this text."""
    (folder / FILE).write_text(text)
    return replace(world, tables=replace(world.tables, folder=folder))


HEADER = ",".join((*COLUMNS, "source"))


def test_harm_by_hand(sahel, tmp_path):
    """Only what the own government did counts, and half of its battles; it fades from the middle of the period."""
    world = with_file(sahel, tmp_path, f"{HEADER}\nMLI.Kidal,1989,1999,20,500,10,500,here\n")
    kidal = world.admin1_names.index("MLI.Kidal")
    inside = world.admin1 == kidal
    age = world.start.year - (1989 + 2000) / 2.0
    then = world.population[inside].sum() * math.exp(-world.growth[world.countries.index("MLI")] * age)
    wanted = (1.0 - math.exp(-1e4 * 25.0 / then / 6.0)) * math.exp(-365.25 * age / 5000.0)
    found = harm_by_government(world, 0.5, 6.0, 5000.0)
    assert found[inside[: world.n_communities]] == pytest.approx(wanted)
    assert (found[~inside[: world.n_communities]] == 0.0).all()


def test_a_region_without_the_file_remembers_nothing():
    assert (harm_by_government(load_region("teaching"), 0.5, 6.0, 5000.0) == 0.0).all()


def test_the_shipped_sums(sahel):
    """Sums by admin-1 and period only; the north of Mali suffered most from its state, of the three."""
    rows = read_past_harm(sahel)
    assert {(row["first"], row["last"]) for row in rows} == {(1989, 1999), (2000, 2011)}
    assert len({(row["admin1"], row["first"]) for row in rows}) == len(rows)
    harm = harm_by_government(sahel, 0.5, 6.0, 5479.0)
    by_area = {name: harm[sahel.admin1[: sahel.n_communities] == i] for i, name in enumerate(sahel.admin1_names)}
    states = {name: values[0] for name, values in by_area.items() if name[:3] in ("MLI", "BFA", "NER") and len(values)}
    assert set(sorted(states, key=states.get)[-4:]) == {"MLI.Kidal", "MLI.Menaka", "MLI.Gao", "MLI.Tombouctou"}
    assert (DATA / "sahel" / FILE).read_text().count("\n") == len(rows) + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEADER}\nMLI.Kidal,1989,1999,few,0,0,0,here\n", "line 2: needs whole numbers"),
        ("admin1,first\nMLI.Kidal,1989\n", "line 2: needs whole numbers"),
        (f"{HEADER}\nMLI.Nowhere,1989,1999,1,0,0,0,here\n", "line 2: admin-1 'MLI.Nowhere' is unknown"),
    ],
)
def test_what_cannot_be_read(sahel, tmp_path, text, words):
    with pytest.raises(RegionError, match=words):
        read_past_harm(with_file(sahel, tmp_path, text))


def test_harm_is_on_the_communities_on_the_first_day():
    from tests.reference.worlds import fresh_model

    assert np.array_equal(fresh_model().communities.past_harm, np.zeros(len(fresh_model().communities)))
