"""Croissant metadata is accepted by the library that reads it, and by it a file's rows are read."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import asdict

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.tools.load.statement import schema_of

FILES = {
    "plain": b"id,name,paid,day\n1,Ada,2.50,2026-11-01\n2,Grace,3.75,2026-11-02\n",
    "odd names": b'id,"a ""b""\nc",id,\n1,x,2,y\n3,z,4,w\n',
    "another manner": "Preis;Tag\n0,5;31.12.2026\n1,5;01.01.2027\n".encode("cp1252"),
    "no header": b"1,2\n3,4\n5,6\n",
    "header only": b"id,name\n",
}

# In a process of its own: it brings pandas' readers and more, with warnings of their own.
READ = """
import json, sys, warnings
warnings.simplefilter("ignore")
import mlcroissant as mlc
datasets = [mlc.Dataset(jsonld=path) for path in sys.argv[1:]]
errors = [sorted(dataset.metadata.ctx.issues.errors) for dataset in datasets]
rows = [{k: v.decode() if isinstance(v, bytes) else str(v) for k, v in row.items()}
        for row in datasets[0].records("rows")]
print(json.dumps({"errors": errors, "rows": rows}))
"""


def described(path, content, **fields):
    read = read_csv_metadata(io.BytesIO(content), profile=True)
    record = {
        "filename": path.name,
        "status": "ready",
        "file_size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **json.loads(json.dumps(asdict(read))),
        **fields,
    }
    return json.loads(schema_of(record, "croissant")[1])


def read_by_the_library(folder, documents):
    paths = [folder / f"{number}.json" for number in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document))
    done = subprocess.run(
        [sys.executable, "-c", READ, *map(str, paths)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_library_accepts_it_and_reads_the_rows_by_it(tmp_path):
    documents = []
    for name, content in FILES.items():
        path = tmp_path / f"{name}.csv"
        path.write_bytes(content)
        documents.append(described(path, content))
    answer = read_by_the_library(tmp_path, documents)
    assert answer["errors"] == [[] for _ in FILES]
    rows = answer["rows"]
    assert [row["rows/name"] for row in rows] == ["Ada", "Grace"]
    assert [float(row["rows/paid"]) for row in rows] == [2.5, 3.75]


def test_it_says_what_is_known_and_leaves_out_what_is_not(tmp_path):
    document = described(
        tmp_path / "people.csv",
        FILES["plain"],
        filename="in/people 1.csv",
        bucket="csv-bucket",
        upload_timestamp="2026-11-22T18:00:00.000Z",
    )
    [file] = document["distribution"]
    assert file["contentUrl"] == "s3://csv-bucket/in/people%201.csv"
    assert file["sha256"] == hashlib.sha256(FILES["plain"]).hexdigest()
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert document["datePublished"] == "2026-11-22T18:00:00.000Z"
    assert not {"license", "creator", "keywords"} & document.keys()
    types = [field["dataType"] for field in document["recordSet"][0]["field"]]
    assert types == ["sc:Integer", "sc:Text", "sc:Float", "sc:Date"]


def test_what_a_contract_says_of_the_dataset_is_in_it(tmp_path):
    agreed = {"description": "All orders.", "tags": ["sales"], "team": [{"name": "Ada"}]}
    document = described(tmp_path / "a.csv", FILES["plain"], agreed=agreed)
    assert document["description"] == "All orders."
    assert document["keywords"] == ["sales"]
    assert document["creator"] == [{"@type": "sc:Person", "name": "Ada"}]


def test_numbers_and_dates_of_another_manner_are_text(tmp_path):
    document = described(tmp_path / "a.csv", FILES["another manner"])
    types = {field["name"]: field["dataType"] for field in document["recordSet"][0]["field"]}
    assert types == {"Preis": "sc:Text", "Tag": "sc:Text"}
