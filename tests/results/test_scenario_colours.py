"""Colours of scenarios: fixed for those that are shipped, the free ones by the alphabet, kept in run.json."""

import itertools

from sim.results.figures import maps
from sim.results.figures.style import INK
from sim.results.reading.scenario_colours import BLACK, COLOURS, LINES, SHIPPED, colours_of, scenario_colours
from sim.settings.library import Library


def test_every_shipped_scenario_has_a_colour_and_a_line_of_its_own():
    assert SHIPPED.keys() == Library().options("scenario").keys()
    assert len(set(SHIPPED.values())) == len(SHIPPED)
    assert all(shade in COLOURS and line in LINES for shade, line in SHIPPED.values())
    assert [name for name, (shade, _) in SHIPPED.items() if shade == BLACK] == ["history"]


def test_scenarios_of_a_lesson_and_of_the_main_job_differ_in_colour():
    for group in (
        ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged", "ban_goes_on", "ban_ended"],
        ["history", "lesson_restraint", "lesson_escalation"],
        ["history", "lesson_vacuum_early", "lesson_vacuum_late", "lesson_vacuum_phased"],
        ["history", "lesson_one_corridor", "lesson_three_corridors", "lesson_escorts", "lesson_deal"],
    ):
        assert len({SHIPPED[name][0] for name in group}) == len(group), group


def test_a_shipped_colour_does_not_depend_on_the_others():
    alone = scenario_colours(["un_stays"])["un_stays"]
    assert alone == scenario_colours(["mine", "a", "history", "un_stays", "restraint"])["un_stays"]


def test_others_take_the_free_ones_by_the_alphabet():
    found = scenario_colours(["history", "zebra", "restraint", "apple", "un_stays"])
    free = [shade for shade in COLOURS if shade not in {SHIPPED[x][0] for x in ("history", "restraint", "un_stays")}]
    assert [found[name]["colour"] for name in ("apple", "zebra")] == free[:2]
    again = scenario_colours(["zebra", "apple", "un_stays", "restraint", "history"])
    assert found == again
    assert scenario_colours(["b", "a"])["a"]["colour"] == BLACK


def test_many_scenarios_are_told_apart_by_line():
    names = ["history", *(f"mine_{i:02d}" for i in range(30))]
    pairs = [(item["colour"], item["line"]) for item in scenario_colours(names).values()]
    assert len(set(pairs)) == len(names)


def test_what_run_json_keeps_is_taken():
    run = {"scenarios": [{"name": "restraint"}], "colours": {"restraint": {"colour": "#123456", "line": "-"}}}
    assert colours_of(run)["restraint"]["colour"] == "#123456"
    del run["colours"]  # an older folder
    assert colours_of(run) == scenario_colours(["restraint"])


def test_bars_beside_a_map_have_no_colour_of_a_controller():
    on_maps = [*maps.ACTORS, maps.GOVERNMENT, maps.CONTESTED, maps.NOBODY, maps.NEIGHBOUR]
    for shade in on_maps:
        apart = sum(abs(int(INK[i : i + 2], 16) - int(shade[i : i + 2], 16)) for i in (1, 3, 5))
        assert apart > 100, shade


def test_no_two_controllers_of_a_map_have_one_colour():
    names = ["government", *(f"group_{i}" for i in range(12)), "contested", "none"]
    for held in itertools.combinations(names[1:13], 4):
        shades = maps.controller_colours(names, set(held))
        assert len({shades[name] for name in held}) == 4
