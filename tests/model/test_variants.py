"""Variants of processes: chosen by name from a fixed table, and each moves an outcome."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from sim.core.codes import ARMY, INSURGENT, ONE_SIDED
from sim.core.conversions import KM_PER_DEGREE
from sim.core.errors import UserError
from sim.model import variants
from sim.model.model import ConflictModel
from sim.processes import attitudes, displacement, recruitment
from sim.settings.compose import settings_for
from sim.settings.settings import PROCESSES, VARIANTS, ProcessSwitch
from tests.reference.worlds import World, fresh_model, scramble, teaching_settings

WEEKS = 104


def abroad(model) -> float:
    """People who stay in another country than they come from."""
    country, co = model.world.country, model.cohorts
    return float(co.persons[country[co.origin] != country[co.place]].sum())


@functools.cache
def outcomes(process: str = "", variant: str = "default") -> dict[str, float]:
    """Outcomes of two years of the teaching region under a ban on all goods for the capital, with one variant."""
    switches = {process: ProcessSwitch(variant=variant)} if process else {}
    model = fresh_model(World(seed=11), processes=switches)
    model.p.attitudes.backlash, model.p.violence.state_rate = 0.8, 5.0 * model.p.violence.state_rate
    found = dict.fromkeys(
        (
            "selective",
            "killed by the state",
            "insurgents lost",
            "soldiers lost",
            "knowledge",
            "far",
            "posts given up",
        ),
        0.0,
    )
    shares = []
    for week in range(WEEKS):
        if week == 30:
            model.give_order(model.rows["league"], "blockade", ("Tessaro",), 0.5, "all", np.inf)
        before = model.units.cell.copy()
        model.step()
        cells, log = model.cells, model.log[: model.logged]
        found["insurgents lost"] += model.actors.losses_week[model.actors.kind == INSURGENT].sum()
        found["soldiers lost"] += model.actors.losses_week[model.actors.kind >= ARMY].sum()
        found["killed by the state"] += cells.civilians_week[:, 0].sum()
        found["posts given up"] += model.actors.withdrawals_week.sum()
        found["selective"] += np.count_nonzero(log["kind"] == 5)
        one_sided = log[(log["type"] == ONE_SIDED) & (model.actors.kind[log["initiator"]] == INSURGENT)]
        share = cells.share[one_sided["cell"], model.actors.controller[one_sided["initiator"]]]
        shares += share.tolist()
        found["knowledge"] += cells.information[:, model.actors.kind == ARMY].mean()
        moved = np.flatnonzero(model.units.cell[: len(before)] != before)
        irregular = model.actors.kind[model.units.actor[moved]] == INSURGENT
        found["far"] += model.centre[model.units.cell[moved[irregular]]].sum()
    a, com, g = model.actors, model.communities, model.governments
    insurgents = a.kind == INSURGENT
    found |= {
        "where weak": np.mean(np.array(shares) < 1 / 3),
        "exchange": found["insurgents lost"] / found["soldiers lost"],
        "support": com.support[:, insurgents].mean(),
        "pursuit": g.pursuit.mean(),
        "held by the state": (model.cells.share[:, 0] * model.world.area_km2).sum(),
        "hosted": (com.hosted.astype(float) ** 2).sum() ** 0.5,
        "abroad": abroad(model),
    }
    return {name: float(value) for name, value in found.items()}


@pytest.mark.parametrize(
    ("process", "variant", "outcome", "least", "most"),
    [
        ("borders", "open", "pursuit", 1.2, 50.0),
        ("borders", "closed", "pursuit", 0.0, 0.97),
        ("information", "perfect", "knowledge", 1.5, 1e9),
        ("movement", "diffusion", "far", 0.0, 0.97),
        ("movement", "no_withdrawal", "posts given up", 0.0, 0.0),
        ("combat", "lanchester", "exchange", 1.3, 50.0),
        ("violence", "indiscriminate", "selective", 0.0, 0.0),
        ("violence", "parity", "where weak", 1.3, 1e9),
        ("attitudes", "own_deeds", "support", 0.0, 0.97),
        ("control", "troops_only", "held by the state", 0.0, 0.95),
        ("displacement", "gravity", "hosted", 0.0, 0.97),
        ("displacement", "from_anybody", "abroad", 0.0, 0.97),
    ],
)
def test_a_variant_moves_an_outcome(process, variant, outcome, least, most):
    """The ratio of the outcome with the variant and with the default lies beyond 1 on the side where it should."""
    usual, other = outcomes()[outcome], outcomes(process, variant)[outcome]
    assert usual > 0.0
    assert least * usual <= other <= most * usual, (usual, other)


def test_by_deaths_nobody_flees_who_comes_to_rule():
    """A change of rule without a dead, in two weeks of displacement alone."""
    for variant, moves in (("default", True), ("by_deaths", False)):
        model = fresh_model(World(seed=11))
        model.communities.known[:], model.cells.share[:] = 0.0, 0.0
        model.cells.share[:, 1] = 1.0
        for _ in range(2):
            variants.step_of("displacement", variant, displacement.step)(model, 7.0)
        assert (model.communities.departed_week.sum() > 0) == moves, variant


def test_without_the_past_nobody_holds_harm_that_nobody_did_yet():
    """The wars before the first day make people cross the border; the variant leaves the column as it was."""
    found = {}
    for variant in ("default", "no_past"):
        model = fresh_model(World(seed=11))
        model.communities.past_harm[:] = 0.6
        model.communities.alarm[:] = 0.9
        for _ in range(4):
            variants.step_of("displacement", variant, displacement.step)(model, 7.0)
            model.step_index += 1
            model._streams = {}
        found[variant] = abroad(model)
        assert model.communities.past_harm.min() > 0.5
    assert found["no_past"] < 0.8 * found["default"]


def test_with_unlimited_finance_fighters_are_paid_whatever_income_is():
    """Insurgents who cannot tax and have no savings are paid less than they need, but for the variant."""
    paid = {}
    for variant in ("default", "unlimited"):
        model = fresh_model(World(seed=11), processes={"finance": ProcessSwitch(variant=variant)})
        model.actors.treasury[:] = 0.0
        model.p.finance.people_tax, model.p.finance.herder_tax, model.p.finance.mine_tax = 0.0, 0.0, 0.0
        model.p.finance.ransom = 0.0
        for _ in range(WEEKS):
            model.step()
        paid[variant] = np.minimum(1.0, model.actors.funding[model.actors.kind == INSURGENT]).mean()
    assert paid["default"] < 0.9
    assert paid["unlimited"] == 1.0


def test_the_shortest_way_is_quicker_where_others_are_safer():
    """Two years under a ban, with roads that are dangerous enough for convoys to go round."""
    hours = {}
    for variant in ("default", "shortest_way"):
        model = fresh_model(World(seed=11), processes={"supply": ProcessSwitch(variant=variant)})
        model.p.supply.kappa = 0.05
        for week in range(WEEKS):
            if week == 30:
                model.give_order(model.rows["league"], "blockade", ("Tessaro",), 0.5, "all", np.inf)
            model.step()
        hours[variant] = model.nodes.hours[np.isfinite(model.nodes.hours)].sum()
    assert hours["shortest_way"] < 0.9999 * hours["default"]


def test_bands_that_roam_stray_from_their_bases():
    """A year without orders; distances in km, over the mean of all bands that have a base."""
    strayed = {}
    for variant in ("default", "roaming"):
        model = fresh_model(World(seed=11), processes={"movement": ProcessSwitch(variant=variant)})
        model.p.movement.relocate_days = 28.0
        for _ in range(52):
            model.step()
        units, lat, lon = model.units, model.world.lat, model.world.lon
        bands = (model.actors.kind[units.actor] == INSURGENT) & (units.manpower > 0) & (units.home >= 0)
        here, base = units.cell[bands], units.home[bands]
        strayed[variant] = KM_PER_DEGREE * np.hypot(lat[here] - lat[base], lon[here] - lon[base]).mean()
    assert strayed["default"] < 0.8 * strayed["roaming"]


def recruits(variant: str) -> int:
    """People who join insurgents in a week, in twenty random worlds where groups could take in everybody."""
    joined = 0
    for seed in range(20):
        model = fresh_model(World(seed=seed), processes={"recruitment": ProcessSwitch(variant=variant)})
        scramble(model, np.random.default_rng(seed))
        model.p.recruitment.contact_rate, model.p.recruitment.pool_share = 0.3, 0.1
        model.p.recruitment.desertion = 0.0
        model.communities.hardship[:] = 0.8
        irregular = model.actors.kind == INSURGENT
        before = model.actors.persons[irregular].sum()
        variants.step_of("recruitment", variant, recruitment.step)(model, 7.0)
        joined += int(model.actors.persons[irregular].sum() - before)
    return joined


def test_fewer_join_without_a_motive():
    usual = recruits("default")
    assert recruits("no_grievance") < 0.95 * usual
    assert recruits("no_want") < 0.95 * usual


def test_with_own_deeds_only_insurgents_win_less():
    """One step from twenty random worlds in which the harm of their enemies, and want, win insurgents support."""
    support = {}
    for variant in ("default", "own_deeds"):
        support[variant] = 0.0
        for seed in range(20):
            model = fresh_model(World(seed=seed))
            scramble(model, np.random.default_rng(seed))
            model.p.attitudes.backlash = 0.8
            variants.step_of("attitudes", variant, attitudes.step)(model, 7.0)
            support[variant] += model.communities.support[:, model.actors.kind == INSURGENT].mean()
    assert support["own_deeds"] < 0.97 * support["default"]


def test_by_matching_the_root_of_fighters_counts():
    """Four times as many fighters win twice as many supporters; out of pools they win four times as many people."""
    won = {}
    for variant in ("default", "matching"):
        for factor in (1, 4):
            joined = 0
            for seed in range(8):
                model = fresh_model(World(seed=seed))
                scramble(model, np.random.default_rng(seed))
                p = model.p.recruitment
                p.absorb, p.contact_rate, p.pool_share, p.desertion, p.rate = 1e3, 0.3, 1e3, 0.0, 0.01
                model.units.manpower[:] *= factor
                model.count_persons()
                insurgents = model.actors.kind == INSURGENT
                before = model.actors.persons[insurgents].sum()
                variants.step_of("recruitment", variant, recruitment.step)(model, 7.0)
                joined += int(model.actors.persons[insurgents].sum() - before)
            won[variant, factor] = joined
    assert won["default", 4] / won["default", 1] == pytest.approx(4.0, rel=0.1)
    assert won["matching", 4] / won["matching", 1] == pytest.approx(2.0, rel=0.1)


def test_every_variant_is_named_and_does_something():
    assert {p: set(known) for p, known in VARIANTS.items()} == {p: set(known) for p, known in variants.STEPS.items()}
    assert set(VARIANTS) <= set(PROCESSES)


def test_limits_are_of_parameters_that_exist_and_pass():
    """What a limit case holds is there, and is as before when its step is done."""
    for process, known in variants.STEPS.items():
        for step in known.values():
            model = fresh_model(World(seed=3))
            before, p = (
                {n: r.snapshot() for n, r in model.tables.items()}["actors"],
                vars(getattr(model.p, process)).copy(),
            )
            step(model, model.dt)
            assert vars(getattr(model.p, process)) == p
            for column in ("selectivity_added", "appeal_grievance", "appeal_jobs"):
                assert np.array_equal(before[column], getattr(model.actors, column))


def test_a_variant_is_chosen_by_a_word():
    settings = settings_for(["region=teaching", "processes.combat.variant=lanchester"])
    assert settings.process("combat").variant == "lanchester"
    model = ConflictModel(settings)
    assert dict((name, step) for name, step, _ in model.week)["combat"] is variants.STEPS["combat"]["lanchester"]


@pytest.mark.parametrize(
    ("process", "said", "near"),
    [
        ("combat", "lanchestr", "lanchester"),
        ("displacement", "gravty", "gravity"),
        ("demography", "defalt", "default"),
    ],
)
def test_a_slip_is_answered_with_the_nearest(process, said, near):
    with pytest.raises(UserError, match=f"nearest is '{near}'"):
        settings_for(["region=teaching", f"processes.{process}.variant={said}"])
    switches = {process: ProcessSwitch(variant=said)}
    with pytest.raises(UserError, match=f"nearest is '{near}'"):
        fresh_model(processes=switches)


def test_a_path_is_no_variant():
    with pytest.raises(UserError, match="variant"):
        settings_for(["region=teaching", "processes.combat.variant=os.system"])
    assert teaching_settings().process("combat").variant == "default"
