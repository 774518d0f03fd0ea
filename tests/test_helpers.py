"""Names of helpers in the tests: whoever calls a helper that asserts is to see that it does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
NAMED = ("test_", "assert_")


def hidden_asserts(text: str) -> list[str]:
    """Functions of a file, at its head or in a class, that assert without saying so; fixtures may."""
    tree = ast.parse(text)
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    functions = [node for body in bodies for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{function.name} (line {function.lineno})"
        for function in functions
        if not function.name.startswith(NAMED)
        and not any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)
        and any(isinstance(node, ast.Assert) for node in ast.walk(function))
    ]


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_helpers_that_assert_are_called_so(path):
    found = hidden_asserts(path.read_text(encoding="utf-8"))
    assert not found, "call it assert_..., or let it raise: " + ", ".join(found)


def test_a_hidden_assert_is_found():
    hidden = "def look(x):\n    assert x\n"
    assert hidden_asserts(hidden) == ["look (line 1)"]
    assert hidden_asserts("class A:\n    def look(self):\n        if self:\n            assert self\n") == [
        "look (line 2)"
    ]
    assert hidden_asserts("@pytest.fixture\n" + hidden) == []
    assert hidden_asserts("def assert_x(x):\n    assert x\n\ndef test_x():\n    assert True\n") == []
