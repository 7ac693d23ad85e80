"""From a clone to a working catalog: emulator, resources, app, samples.

python -m dev.run
"""

import os
from hashlib import md5
from itertools import chain

from rich.console import Console

from dev import emulator
from ops import policies
from ops.deploy import deploy
from ops.record_line import liner
from ops.stage import LOCAL, ROOT, use
from ops.terminal import Stop, say
from ops.upload import Catalog, Upload, find, is_ready, upload_all


def main() -> None:
    console = Console(stderr=True)
    with console.status("Looking for an emulator, or starting one"):
        which = emulator.start()
    stage = use(LOCAL)
    say(f"Emulator: {which}")
    policies.write(stage)
    with console.status("Deploying the app"):
        url = deploy(stage)
    say(f"Deployed: {stage.app_name}, stage {stage.name}", "")
    catalog = Catalog(stage)
    samples = find([str(ROOT / "samples")]).uploads
    cataloged = [
        (sample, record)
        for sample in samples
        if (record := catalog.record(sample.key)) and record.etag == _etag(sample)
    ]
    known = {sample for sample, _ in cataloged}
    lacking = [one for one in samples if one not in known and not _is_other(one, catalog)]
    line = liner([upload.key for upload in samples])
    missing = []
    for upload, result in chain(cataloged, upload_all(catalog, lacking)):
        say(line(upload.key, result))
        if not is_ready(result):
            missing.append(upload.key)
    say(*_how_to_go_on(url))
    if missing:
        raise Stop(f"not cataloged: {', '.join(missing)}")


def _is_other(sample: Upload, catalog: Catalog) -> bool:
    """Return whether someone has uploaded a file of their own by the sample's name, which stays."""
    return catalog.etag(sample.key) not in (None, _etag(sample))


def _etag(sample: Upload) -> str:
    """The ETag of the sample in a bucket."""
    return md5(sample.path.read_bytes(), usedforsecurity=False).hexdigest()


def _how_to_go_on(url: str) -> list[str]:
    port = os.environ.get("PORT")
    before = f"PORT={port} " if port else ""
    return [
        "",
        f"Page     {url}/",
        f"API      {url}",
        f"Ask it   curl '{url}/metadata/deliveries.csv'",
        f"Upload   {before}./catalog upload path/to/file.csv",
        f"Logs     {before}./catalog logs",
        f"Stop     {before}make stop",
    ]


if __name__ == "__main__":
    main()
