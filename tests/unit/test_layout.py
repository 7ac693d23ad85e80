"""The house keeps its shape: which wing may import which, and nothing of ours is out of sight."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
WINGS = (
    "chalicelib.csv_reader",
    "chalicelib.catalog",
    "chalicelib.tools",
    "chalicelib.intake",
    "chalicelib.web",
    "chalicelib.clients",
    "chalicelib.config",
    "app",
    "ops",
    "dev",
)
MAY_IMPORT = {
    "chalicelib.csv_reader": set(),
    "chalicelib.config": set(),
    "chalicelib.catalog": set(),
    "chalicelib.tools": {"chalicelib.catalog", "chalicelib.csv_reader"},
    "chalicelib.intake": {"chalicelib.catalog", "chalicelib.csv_reader", "chalicelib.tools"},
    "chalicelib.web": {"chalicelib.catalog", "chalicelib.csv_reader", "chalicelib.tools"},
    "chalicelib.clients": {"chalicelib.catalog", "chalicelib.config", "chalicelib.intake"},
    "app": {"chalicelib.clients", "chalicelib.intake", "chalicelib.web", "ops"},
    "ops": {"chalicelib.catalog", "chalicelib.csv_reader", "chalicelib.tools"},
    "dev": {"chalicelib.web", "ops"},
}
# Words and types of the reader's that all rooms use.
FOR_ALL = (
    *("chalicelib.csv_reader.column_types", "chalicelib.csv_reader.described"),
    "chalicelib.csv_reader.kind_names",
    *("chalicelib.csv_reader.shortened", "chalicelib.csv_reader.ColumnProfile"),
    *("chalicelib.csv_reader.LineFacts", "chalicelib.csv_reader.RaggedRows"),
    *("chalicelib.csv_reader.OtherRows", "chalicelib.csv_reader.Place"),
)
PYTHON = sorted(
    path
    for part in ("app.py", "chalicelib", "ops", "dev")
    for path in ([PROJECT / part] if part.endswith(".py") else (PROJECT / part).rglob("*.py"))
)


def wing_of(module):
    if module.startswith(FOR_ALL):
        return None
    return next((wing for wing in WINGS if module == wing or module.startswith(f"{wing}.")), None)


def imported(path):
    """The modules that a file imports, wherever in it, those of `from a import b` as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_only_those_that_it_may(wing):
    crossed = {
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in PYTHON
        if wing_of(".".join(path.relative_to(PROJECT).with_suffix("").parts)) == wing
        for module in imported(path)
        if wing_of(module) not in {None, wing} | MAY_IMPORT[wing]
    }
    assert crossed == set()


def test_a_function_loads_nothing_of_the_commands():
    """app.py has the check before a deployment in it, which is none of Lambda's business."""
    at_the_top = ast.parse((PROJECT / "app.py").read_text()).body
    imports = [node for node in at_the_top if isinstance(node, ast.ImportFrom)]
    assert all(wing_of(node.module) != "ops" for node in imports)


def test_a_record_and_the_reader_meet_where_one_is_made_and_where_a_file_is_split_as_it_says():
    both = [
        path.name
        for path in PYTHON
        if "chalicelib" in path.relative_to(PROJECT).parts
        and {"chalicelib.catalog", "chalicelib.csv_reader"} <= set(map(wing_of, imported(path)))
    ]
    assert both == ["describe.py", "preview.py"]


def test_the_reader_is_run_by_intake_and_the_preview_alone_and_its_words_are_for_all():
    runs = {"read_csv_metadata", "split_beginning", "read", "beginning", "rows", "count"}
    running = [
        path.name
        for path in PYTHON
        if path.relative_to(PROJECT).parts[:2] != ("chalicelib", "csv_reader")
        and path.relative_to(PROJECT).parts[0] == "chalicelib"
        and any(
            wing_of(module) == "chalicelib.csv_reader" and runs & set(module.split("."))
            for module in imported(path)
        )
    ]
    assert running == ["describe.py", "preview.py"]


def test_the_catalog_knows_nothing_of_urls_and_nobody_knows_the_tests():
    of_the_catalog = (PROJECT / "chalicelib/catalog").rglob("*.py")
    assert not [p for p in of_the_catalog if any("urllib" in m for m in imported(p))]
    assert not [p for p in PYTHON if any(m.startswith(("tests", "bench")) for m in imported(p))]


def test_within_the_catalog_records_and_indexes_are_below_the_history_and_that_below_acceptance():
    room = "chalicelib.catalog"
    knowing = {
        path.stem: {
            module.removeprefix(f"{room}.").split(".")[0]
            for module in imported(path)
            if module.startswith(room)
        }
        for path in (PROJECT / "chalicelib/catalog").glob("*.py")
    }
    assert {name for name, known in knowing.items() if "history" in known} == {
        "acceptance",
        "by_name",
        "listing",
        "totals",
    }
    assert not [name for name, known in knowing.items() if "acceptance" in known]


def test_the_reader_could_be_published_by_itself():
    modules = {
        module.split(".")[0]
        for path in (PROJECT / "chalicelib/csv_reader").rglob("*.py")
        for module in imported(path)
    }
    assert modules.isdisjoint({"boto3", "botocore", "os", "time", "datetime", "chalice"})


def test_duckdb_is_known_to_its_room_alone_and_that_to_the_profile_of_the_stream():
    profile = PROJECT / "chalicelib/csv_reader/profile"
    engine = "chalicelib.csv_reader.profile.engine"
    others = [path for path in PYTHON if path.parent != profile / "engine"]
    assert not [path for path in others if "duckdb" in {m.split(".")[0] for m in imported(path)}]
    knowing = {path.name for path in others if any(m.startswith(engine) for m in imported(path))}
    assert knowing == {"columns.py", "stream.py"}


def test_chalice_is_known_to_the_entry_points_alone():
    knowing = [
        path.name for path in PYTHON if "chalice" in {m.split(".")[0] for m in imported(path)}
    ]
    assert knowing == ["app.py"]
    assert len((PROJECT / "app.py").read_text().splitlines()) <= 290


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_has_one_idea_and_says_which(path):
    text = path.read_text()
    assert not text or ast.get_docstring(ast.parse(text))


def test_a_docstring_begins_with_a_verb_or_a_noun():
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = (
        (path.name, ast.get_docstring(node) or "")
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, documented)
    )
    question = re.compile(r"(What|Whether|How|Which|Where|Who|Whose|Why|When)\b")
    assert not [(name, text) for name, text in docstrings if question.match(text)]


def test_no_module_is_longer_than_400_lines_but_those_of_data():
    long = {
        path.name
        for folder in ("chalicelib", "ops", "dev", "bench", "tests")
        for path in (PROJECT / folder).rglob("*.py")
        if len(path.read_text().splitlines()) > 400
    }
    assert long == {"dialect_examples.py"}
