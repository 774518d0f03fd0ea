"""No number that shapes outcomes stands in code: it is a parameter, or a constant listed here with the reason why not.

Numbers inside functions are looked for in the processes and the destinations of the map, constants at the head of a
file in the processes, the model and the map.
"""

import ast
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent


def files_of(*names: str) -> list[Path]:
    return sorted(path for name in names for path in (PACKAGE / name).rglob("*.py") if path.name != "__init__.py")


FILES = [*files_of("processes"), PACKAGE / "world" / "destinations.py"]
#: numbers that need no name: nothing, one, two, half
PLAIN = {0, 1, 2, 0.5}


def number_of(node: ast.AST) -> float | None:
    """The number that a node of the syntax tree is, or None; a truth value is none."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def literals(path: Path) -> list[str]:
    """Numbers inside the functions of a file other than the plain ones, as `line: number`."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            for node in ast.walk(function):
                number = number_of(node)
                if number is not None and abs(number) not in PLAIN:
                    found.add((node.lineno, number))
    return [f"{line}: {number}" for line, number in sorted(found)]


def unnamed(path: Path) -> list[str]:
    """Numbers at the head of a file that stand in an assignment to anything but a name in capitals."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            numbers = [
                n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, (int, float))
            ]
            if any(abs(n) not in PLAIN for n in numbers) and not all(name.isupper() for name in names):
                found.append(f"{node.lineno}: {', '.join(names)}")
    return found


DRAW = "number of a draw: another would be another draw of the same distribution"
CODE = "a code: which of several things is meant"
NOTHING = "stands for nothing, or bounds a division or a logarithm: far below what is counted"
ROUNDING = "rounding: far below what is compared"
ROOM = "room in memory: no outcome hangs on it"
NORMAL = "makes a form one at a point where a parameter is defined; another would only rescale that parameter"

#: constants at the head of a file that hold a number or several, each with the reason why it is no parameter
CONSTANTS = {
    "model/blockade_orders.py": {"CORRIDORS_KEPT ORDERS_KEPT": ROOM, "KM_DIGITS SLACK": ROUNDING},
    "model/map_tables.py": {"LARGE_TOWN TOWN": NORMAL},
    "model/variants.py": {
        "ENDLESS": "in place of infinity, where a variant switches a limit off",
        "MATCHING_FLOOR": "what a parameter was when the form was in use: the variant is that form",
    },
    "processes/attitudes.py": {"FEW_SUPPORT NO_SUPPORT NO_HARM": NOTHING},
    "processes/combat.py": {
        "ATTACKS TARGET BOMB_CHOICE SIZE MASSED FOUND WINNER DEFENDER_DEAD DEFENDER_ROUND": DRAW,
        "ATTACKER_DEAD ATTACKER_ROUND CROSSFIRE CROSSFIRE_HOSTED GO_THROUGH": DRAW,
        "ENGAGEMENT_DRAWS": DRAW,
        "NO_STRENGTH": NOTHING,
        "SLACK": ROUNDING,
    },
    "processes/control.py": {"NO_INFLUENCE NO_SERVICES": NOTHING},
    "processes/demography.py": {"BIRTHS DEATHS": DRAW},
    "processes/displacement.py": {"BURIAL": DRAW},
    "processes/movement.py": {"PLACE": DRAW},
    "processes/politics.py": {"COUP EXPEL INVITE": DRAW, "MIDDLING FROM_MIDDLING": NORMAL},
    "processes/recruitment.py": {"DESERT": DRAW, "SLACK": ROUNDING},
    "processes/shared/breaking.py": {"DESERTERS CAPTURED TURNED": DRAW},
    "processes/shared/convoys.py": {"NEVER": NOTHING},
    "processes/shared/deployment.py": {
        "RECONSIDER TO_CAPITAL POST STAY POSTURE SET_OUT OBJECTIVE REAR": DRAW,
        "DEGREES": "degrees of half a turn",
    },
    "processes/shared/derived.py": {"ROOM": ROOM},
    "processes/shared/displacement_flow.py": {
        "IDP REFUGEE ONWARD RETURN": CODE,
        "CHOICE CAME BACK GONE ONWARD_CHOICE WAYS": DRAW,
        "LITTLE": NOTHING,
    },
    "processes/shared/displacement_rates.py": {"LEAVE": DRAW},
    "processes/shared/event_log.py": {"GROWTH": ROOM},
    "processes/shared/flight/alarm.py": {"VISIT": NOTHING},
    "processes/shared/flight/ways_on.py": {"GOES WHERE": DRAW, "ROUND_DAYS": ROUNDING},
    "processes/shared/fuel/answers.py": {"DEAL": DRAW, "NO_DAYS": NOTHING},
    "processes/shared/fuel/deliveries.py": {"LEAST_PART LEAST_WAY": NOTHING, "SLACK": ROUNDING},
    "processes/shared/fuel/escorts.py": {"ESCORTS ESCORT_POST": DRAW},
    "processes/shared/fuel/massing.py": {
        "INTERVALS": "how finely a choice is weighed: more of them change what is chosen by less than a day",
        "SAME": ROUNDING,
    },
    "processes/shared/mobilisation/call_up.py": {"CALL_UP HOME": DRAW},
    "processes/shared/mobilisation/founding.py": {"LEAVE SIZE GOAL": DRAW, "PER_FIGHTERS": NORMAL},
    "processes/shared/mobilisation/joining.py": {"JOIN KEY_BITS": DRAW},
    "processes/shared/mobilisation/passing.py": {"PASS": DRAW},
    "processes/shared/mobilisation/pools.py": {"NOBODY_NEAR": NOTHING},
    "processes/shared/mobilisation/risings.py": {"RISE THRESHOLD DISSOLVE": DRAW},
    "processes/shared/rivalry.py": {"NO_ENMITY": NOTHING},
    "processes/shared/road_network.py": {"PORT": CODE, "GAIN": ROUNDING, "MAPS_KEPT": ROOM},
    "processes/shared/strength.py": {"BASE_TAKER": DRAW, "LEAST_DAYS": NOTHING},
    "processes/shared/violence_drives.py": {"PARITY": NORMAL},
    "processes/shared/withdrawal.py": {"LEAVE DESERTED CAPTURED TURNED": DRAW, "NOBODY_LEFT": NOTHING},
    "processes/violence.py": {
        "EVENT_DRAWS SELECTED DEAD DEAD_ROUND HOSTED_DEAD CUT RETALIATES": DRAW,
        "LETHAL NONLETHAL ORDER_TO_LEAVE CIVILIANS": CODE,
    },
    "world/build.py": {"CACHE_VERSION": "a version"},
    "world/destinations.py": {
        "NEAREST CAMP BORDER SEAT TOWN": "an order: places of each kind before those of the next",
        "BLOCK": ROOM,
    },
    "world/grid.py": {
        "EARTH_RADIUS_KM": "a fact of geodesy: mean radius of the Earth",
        "FINEST COARSEST": "degrees: bounds of what a user may ask for, beyond which no map is made; they shape no run",
    },
    "world/season.py": {"MONTHS COMMON_YEAR DAYS": "the calendar"},
    "world/travel.py": {"CHUNK": ROOM},
}


def constants(path: Path) -> set[str]:
    """Names at the head of a file that are given a number, or several, by themselves or in arithmetic."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            calls = [part for part in ast.walk(node.value) if isinstance(part, (ast.Call, ast.Dict, ast.ListComp))]
            simple = not calls or (isinstance(node.value, ast.Call) and all(map(of_numbers, calls)))
            if simple and any(number_of(part) is not None for part in ast.walk(node.value)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found


def of_numbers(call: ast.AST) -> bool:
    """Whether a call makes an array or a type of number, or counts."""
    text = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
    return text.startswith("np.") or text in ("float", "int", "range")


HEADS = files_of("processes", "model", "world")


@pytest.mark.parametrize("path", HEADS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_constants_are_listed_with_a_reason(path):
    listed = CONSTANTS.get(path.relative_to(PACKAGE).as_posix(), {})
    assert constants(path) == {name for names in listed for name in names.split()}, "a parameter, or a reason here"


def test_lists_are_of_files_that_are_there():
    assert CONSTANTS.keys() <= {path.relative_to(PACKAGE).as_posix() for path in HEADS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_numbers_have_names(path):
    assert literals(path) == [], "a parameter with unit, range and source, or a constant with a name"
    assert unnamed(path) == []


def test_the_test_sees_a_number(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("SLACK = 1e-9\nweights = [0.3]\ndef f(x):\n    return x[3] * 1.0 + 0.4 * SLACK - 2\n")
    assert literals(file) == ["4: 0.4", "4: 3"]
    assert unnamed(file) == ["2: weights"]


def test_the_test_sees_a_constant(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("A, B = 1, 2\nC = np.array([0.3])\nD = columns('x')\nE: int = 3\nF = float(10)\nG = 'text'\n")
    assert constants(file) == {"A", "B", "C", "E", "F"}
