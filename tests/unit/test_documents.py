"""What the documents name is there."""

import re

import pytest

from ops.stage import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
CODE = ("app.py", "bench", "chalicelib", "dev", "docs", "ops", "tests")
NAMED = re.compile(r"`(?!/)([\w./-]*\w\.(?:py|md|yaml|toml|json|html))`|\]\((?!http)([^)#]+)\)")
ELSEWHERE = (".chalice/deployed/", "_schema.")  # made by a deployment, and in the bucket


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document):
    """Links from the document's folder; others from the root, or by the file's name alone."""
    names = {path.name for part in CODE for path in [ROOT / part, *(ROOT / part).rglob("*.*")]}
    for name, link in NAMED.findall(document.read_text()):
        if link:
            assert (document.parent / link).exists(), link
        elif not (name.startswith(ELSEWHERE) or name.endswith(".odcs.yaml")):
            assert (ROOT / name).exists() or name in names, name
