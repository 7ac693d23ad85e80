"""From a clone to a working catalog: emulator, resources, app, samples.

python -m dev.run
"""

import os
from urllib.parse import quote

from rich.console import Console

from dev import emulator
from ops import policies
from ops.deploy import deploy
from ops.record_table import show
from ops.stage import LOCAL, ROOT, use
from ops.terminal import Stop, say
from ops.upload import Catalog, find, is_ready, upload_all


def main() -> None:
    console = Console()
    with console.status("Looking for an emulator, or starting one"):
        which = emulator.start()
    stage = use(LOCAL)
    say(f"Emulator: {which}")
    policies.write(stage)
    with console.status("Deploying the app"):
        url = deploy(stage)
    say(f"Deployed: {stage.app_name}, stage {stage.name}")
    samples = find(str(ROOT / "samples"))
    results = list(upload_all(Catalog(stage.bucket, url), samples, console))
    say("")
    show([(upload.key, result) for upload, result in results], console)
    say(*_how_to_go_on(url, samples[0].key))
    missing = [upload.key for upload, result in results if not is_ready(result)]
    if missing:
        raise Stop(f"not cataloged: {', '.join(missing)}")


def _how_to_go_on(url: str, key: str) -> list[str]:
    variables = [name for name in ("AWS_ENDPOINT_URL", "PORT") if os.environ.get(name)]
    make = "make"
    if "PORT" in variables:
        make = f"PORT={os.environ['PORT']} make"
    return [
        "",
        f"Page     {url}/",
        f"API      {url}",
        f"Ask it   curl '{url}/metadata/{quote(key, safe='')}'",
        f"Upload   {make} upload FILE=path/to/file.csv",
        f"Logs     {make} logs",
        f"Stop     {make} stop",
    ]


if __name__ == "__main__":
    main()
