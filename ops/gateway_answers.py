"""Answers that API Gateway gives without asking the app. Chalice has no setting for them."""

import json

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops.stage import LOCAL, Stage, deployed_api_id
from ops.terminal import Stop

NOTHING_HERE = (
    "There is nothing at this path, or not for this method: /openapi.json lists both. "
    "In the path, a slash within a file's name is written %2F."
)
UNSIGNED = "The request has no signature, or there is nothing at this path for this method."


def word_answers(stage: Stage) -> None:
    """Have API Gateway answer in the API's words and with its headers.

    It takes a request for a path that is not there for one that lacks a token ("Gateway response
    types", Amazon API Gateway Developer Guide); where requests are signed, it cannot tell the two
    apart. A deployment undoes this, and has to be repeated for it to be seen.
    """
    if stage.authorization == "AWS_IAM":
        status, body = "403", {"message": UNSIGNED}
    else:
        status, body = "404", {"Code": "NotFoundError", "Message": NOTHING_HERE}
    worded = {"statusCode": status, "responseTemplates": {"application/json": json.dumps(body)}}
    try:
        gateway, api_id = boto3.client("apigateway"), deployed_api_id(stage)
        for kind, answer in (
            ("DEFAULT_4XX", {}),
            ("DEFAULT_5XX", {}),
            ("MISSING_AUTHENTICATION_TOKEN", worded),
        ):
            headers = {f"gatewayresponse.header.{n}": f"'{v}'" for n, v in _headers(stage).items()}
            gateway.put_gateway_response(
                restApiId=api_id, responseType=kind, responseParameters=headers, **answer
            )
        gateway.create_deployment(restApiId=api_id, stageName=stage.api_gateway_stage)
    except (BotoCoreError, ClientError) as error:
        if stage.name != LOCAL:  # an emulator may lack it
            raise Stop(f"API Gateway's own answers cannot be worded: {error}") from error


def _headers(stage: Stage) -> dict[str, str]:
    allowed = {"Access-Control-Allow-Origin": stage.cors_origin} if stage.cors_origin else {}
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        **allowed,
    }
