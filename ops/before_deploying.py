"""Refuse to deploy policies of other names, or on a Python whose Lambda runtime has ended.

`./catalog deploy` asks here, and so does app.py where Chalice's own command loads it: a plain
`chalice deploy` refuses the same. `./catalog deploy` also looks for an API that someone else has
deployed.
"""

import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops.batch_failures import REPORTED
from ops.policies import differences
from ops.stage import API_NAME, LOCAL, ROOT, Stage, read_stage, stage_names, variables_of
from ops.terminal import Stop

# "Deprecation date" of "Supported runtimes" (Lambda runtimes, AWS Lambda Developer Guide). From
# then on there are no more security patches, and soon no more deployments.
LAST_DAYS = {
    (3, 10): date(2026, 10, 31),
    (3, 11): date(2027, 6, 30),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 6, 30),
    (3, 14): date(2029, 6, 30),
}


# "Lambda quotas": of all variables of a function together, as the JSON that Lambda measures.
ENVIRONMENT_BYTES = 4_096


def check(stage: Stage, python: tuple[int, int], today: date) -> None:
    """Exit with the reason if the stage cannot be deployed as it is."""
    if stale := differences(stage):
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        shown = "\n".join(stale.values())
        raise Stop(
            *shown.splitlines(),
            f"not deployed: {names} {'is' if len(stale) == 1 else 'are'} not what the settings of "
            f"the {stage.name} stage in .chalice/config.json ask for, as shown above. "
            f"`./catalog policies --stage {stage.name}` writes what they ask for.",
        )
    variables = variables_of(stage.name)
    if set_there := REPORTED.keys() & variables:
        raise Stop(
            f"not deployed: {', '.join(set_there)} is set in .chalice/config.json. Take it out: "
            "`./catalog deploy` sets it once Lambda keeps what `store` reports, and before that "
            "failed messages would be lost."
        )
    if (size := _json_bytes({**variables, **REPORTED})) > ENVIRONMENT_BYTES:
        longest = max(variables, key=lambda name: _json_bytes(variables[name]))
        raise Stop(
            f"not deployed: the variables of the {stage.name} stage in .chalice/config.json have "
            f"{size:,} bytes, and a function holds {ENVIRONMENT_BYTES:,}. Shorten {longest}, which "
            f"has {_json_bytes(variables[longest]):,} of them."
        )
    if stage.name != LOCAL and today > LAST_DAYS.get(python, today):
        version = "{}.{}".format(*python)
        raise Stop(
            f"not deployed: Lambda's runtime python{version} has ended on {LAST_DAYS[python]}, and "
            "functions run on the Python that deploys them. Make .venv with a newer one "
            "(`make clean`, then have it first in the PATH)."
        )


def _json_bytes(value: str | Mapping[str, str]) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def check_loaded(environ: Mapping[str, str], python: tuple[int, int], today: date) -> None:
    """Check the stage whose variables are set. Chalice does not say otherwise which stage it is."""
    for name in stage_names():
        if variables_of(name).items() <= environ.items():
            check(read_stage(name), python, today)


def check_what_chalice_deploys() -> None:
    """Check the stage for which Chalice's own command loads the app, on this Python, today."""
    check_loaded(os.environ, sys.version_info[:2], date.today())


def check_api_is_known(stage: Stage) -> None:
    """Exit if there is an API of this name that Chalice here knows nothing of.

    Chalice finds what it has deployed by .chalice/deployed/<stage>.json alone: without that file it
    makes a second API, with another URL, beside the one that is in use.
    """
    try:
        unknown = _unknown_apis(stage)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the account's APIs cannot be listed: {error}") from error
    if unknown:
        one = unknown[0]["id"]
        raise Stop(
            f"stopped: an API named {unknown[0]['name']} is there already "
            f"({', '.join(api['id'] for api in unknown)}), and .chalice/deployed/{stage.name}.json "
            "does not know of it. A second one would be made beside it, with another URL. Fetch "
            "that file from whoever deployed last, and commit it from now on (README, On AWS). "
            "An API that nobody wants any more goes by "
            f"`aws apigateway delete-rest-api --rest-api-id {one}`."
        )


def _unknown_apis(stage: Stage) -> list[dict[str, Any]]:
    """The APIs of the app's name that no file of Chalice's here knows, and nothing else has."""
    gateway = boto3.client("apigateway")
    known = _known_apis()
    return [
        api
        for page in gateway.get_paginator("get_rest_apis").paginate()
        for api in page["items"]
        if api["name"] in (API_NAME, stage.app_name) and api["id"] not in known
        if not _is_of_another_app(gateway, api["id"], stage)
    ]


def _is_of_another_app(gateway: Any, api: str, stage: Stage) -> bool:
    """Return whether the API has only other stages, or calls only other functions, than this
    stage's.
    """
    stages = {found["stageName"] for found in gateway.get_stages(restApiId=api).get("item", [])}
    called = {
        method["methodIntegration"].get("uri", "")
        for page in gateway.get_paginator("get_resources").paginate(
            restApiId=api, embed=["methods"]
        )
        for resource in page["items"]
        for method in resource.get("resourceMethods", {}).values()
        if "methodIntegration" in method
    }
    ours = f":function:{stage.functions['api']}/"
    return bool(
        (stages and stage.api_gateway_stage not in stages)
        or (called and not any(ours in uri for uri in called))
    )


def _known_apis() -> set[str]:
    """The ids of the APIs that were deployed from here, of any stage."""
    return {
        resource["rest_api_id"]
        for path in (ROOT / ".chalice/deployed").glob("*.json")
        for resource in json.loads(path.read_text())["resources"]
        if resource["resource_type"] == "rest_api"
    }
