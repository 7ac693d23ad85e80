"""Tests stand by themselves: what two of them need is in a module of its own, by a public name."""

import ast

import pytest

from ops.stage import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
OURS = ("app", "bench", "chalicelib", "dev", "ops", "tests")


def imported(path):
    """The modules and names that a test module imports of ours, each with the module's name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_imports_another_test_module_or_a_private_name(path):
    for module, name in imported(path):
        if module.split(".")[0] in OURS:
            parts = [*module.split("."), name]
            assert not any(part.startswith(("test_", "_")) for part in parts), (module, name)


def test_what_only_a_laptop_needs_imports_nothing_of_the_tests():
    for path in (ROOT / "dev").rglob("*.py"):
        assert not [module for module, _ in imported(path) if module.split(".")[0] == "tests"], path
