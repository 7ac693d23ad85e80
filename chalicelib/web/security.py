"""The credentials that API Gateway asks for, as the API's description says it."""

from copy import deepcopy

from chalicelib.web.openapi.from_types import Json

PUBLIC = ("/", "/health", "/openapi.json")  # where people sign in: a page must be seen to do so

_SCHEMES: dict[str, Json] = {
    "NONE": {},
    "AWS_IAM": {
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A Signature Version 4 with IAM credentials that may invoke the API.",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    },
    "COGNITO": {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The id token of a person who has signed in, good for an hour: the page "
            "gets one by its sign-in page, a script by `./catalog token`.",
        }
    },
}
_REFUSALS = {
    "AWS_IAM": ("403", "No signature, or one that may not."),
    "COGNITO": ("401", "No token, or one that is past, or of another pool."),
}
_REFUSAL = {
    "type": "object",
    "description": "API Gateway's own words, which are not of the shape of the API's errors.",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
    "examples": [{"message": "Unauthorized"}],
}


def secured(description: Json, authorization: str) -> Json:
    """The description of the API, with what each route asks for as API_AUTHORIZATION has it."""
    schemes = _SCHEMES[authorization]
    if not schemes:
        return description
    description = deepcopy(description)  # its parts are the same for all who ask
    for path, operations in description["paths"].items():
        if authorization == "COGNITO" and path in PUBLIC:
            continue
        for operation in operations.values():
            operation["security"] = [{name: [] for name in schemes}]
            _add_refusal(operation["responses"], *_REFUSALS[authorization])
    components = description["components"]
    schemas = components["schemas"] | {"Refusal": _REFUSAL}
    return description | {
        "components": components | {"schemas": schemas, "securitySchemes": schemes}
    }


def _add_refusal(responses: Json, status: str, reason: str) -> None:
    """Return what API Gateway answers, beside what the API itself may answer with the same
    status.
    """
    refusal: Json = {"$ref": "#/components/schemas/Refusal"}
    if own := responses.get(status):
        reason = f"{own['description']} Or: {reason}"
        refusal = {"anyOf": [own["content"]["application/json"]["schema"], refusal]}
    content = {"application/json": {"schema": refusal}}
    responses[status] = {"description": reason, "content": content}
