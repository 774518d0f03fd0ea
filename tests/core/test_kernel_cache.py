"""Compiled kernels of one state of the shared files are never taken for those of another."""

import ast
import os
import subprocess
import sys

from sim.core import kernel_cache

SIM = kernel_cache.PACKAGE


def test_the_folder_follows_the_shared_files(tmp_path, monkeypatch):
    for name in kernel_cache.SHARED:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "some.py").write_text(f"# {name}\n")
    monkeypatch.setattr(kernel_cache, "PACKAGE", tmp_path)
    before = kernel_cache.folder()
    assert kernel_cache.folder() == before
    (tmp_path / kernel_cache.SHARED[0] / "some.py").write_text("# changed\n")
    assert kernel_cache.folder() != before
    for folder in (before, kernel_cache.folder()):
        folder.mkdir(parents=True)
    kernel_cache.tidy()
    assert not before.exists()
    assert kernel_cache.folder().exists()


def test_every_kernel_that_is_used_in_another_file_lies_in_a_shared_one():
    """Whatever a file with kernels takes from another file with kernels, and constants, comes from the shared ones."""
    trees = {path.relative_to(SIM).as_posix(): ast.parse(path.read_text()) for path in SIM.rglob("*.py")}
    compiled = {name: set(_compiled(tree)) for name, tree in trees.items()}
    for name, tree in trees.items():
        if not compiled[name]:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim."):
                source = node.module.removeprefix("sim.").replace(".", "/") + ".py"
                taken = {item.name for item in node.names} & compiled.get(source, set())
                inside = {n.id for f in ast.walk(tree) if _is_kernel(f) for n in ast.walk(f) if isinstance(n, ast.Name)}
                assert not taken & inside or source.startswith(tuple(f"{name}/" for name in kernel_cache.SHARED)), (
                    f"{name} compiles {taken & inside} of {source}"
                )


def _is_kernel(node) -> bool:
    return isinstance(node, ast.FunctionDef) and any("njit" in ast.unparse(mark) for mark in node.decorator_list)


def _compiled(tree):
    return (node.name for node in ast.walk(tree) if _is_kernel(node))


def test_a_user_who_says_where_is_heard():
    code = "import os, sim, numba; print(os.environ['NUMBA_CACHE_DIR'])"
    plain = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    own = subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True)
    assert own.stdout.strip() == str(kernel_cache.folder())
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**plain, "NUMBA_CACHE_DIR": "/some/where"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "/some/where"
