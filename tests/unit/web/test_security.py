"""What the API's description says of who may ask, by what the stage asks for."""

import pytest
from openapi_spec_validator import validate

from chalicelib.config import AUTHORIZATIONS, Settings
from chalicelib.web.openapi.document import openapi
from chalicelib.web.security import PUBLIC, secured

OF_COGNITO = {
    "USER_POOL_ARN": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc123",
    "SIGN_IN_URL": "https://csv-metadata-prod-0a1b2c3d4e5f.auth.eu-west-1.amazoncognito.com",
    "SIGN_IN_CLIENT_ID": "4h57kexample",
}
ALWAYS_REFUSED = ("GET /mcp", "DELETE /mcp")  # by 405: they are for sessions, of which it has none


def described(authorization):
    return {
        f"{method.upper()} {path}": operation
        for path, operations in secured(openapi(), authorization)["paths"].items()
        for method, operation in operations.items()
    }


@pytest.mark.parametrize("authorization", AUTHORIZATIONS)
def test_it_is_openapi_whatever_is_asked_for(authorization):
    validate(secured(openapi(), authorization))


@pytest.mark.parametrize("authorization", AUTHORIZATIONS)
def test_a_route_asks_for_what_its_description_says(app_of, authorization):
    app = app_of(**OF_COGNITO, API_AUTHORIZATION=authorization).app
    routes = {
        f"{method} {path}": route.authorizer and route.authorizer.to_swagger()
        for path, methods in app.routes.items()
        for method, route in methods.items()
        if f"{method} {path}" not in ALWAYS_REFUSED
    }
    operations = described(authorization)
    refused = {"GET /mcp", "DELETE /mcp"}  # which the protocol wants to be told
    assert routes.keys() - refused == operations.keys()
    for name, asks in routes.items():
        assert bool(asks) == ("security" in operations.get(name, operations["POST /mcp"])), name
        if asks and authorization == "COGNITO":
            assert asks["x-amazon-apigateway-authorizer"] == {
                "type": "cognito_user_pools",
                "providerARNs": [OF_COGNITO["USER_POOL_ARN"]],
            }
    public = {name.split(" ")[1] for name, asks in routes.items() if not asks}
    all_paths = set(openapi()["paths"])
    assert public == {"NONE": all_paths, "AWS_IAM": set(), "COGNITO": set(PUBLIC)}[authorization]


def test_what_is_for_everyone_is_not_changed_by_what_is_asked_of_others():
    before = openapi()
    secured(openapi(), "COGNITO")
    assert openapi() == before == secured(openapi(), "NONE")


def test_the_settings_of_the_pool_are_those_of_the_environment():
    names = {"CSV_BUCKET": "b", "CSV_PROCESSING_QUEUE": "q", "RECORDS_TABLE": "t"}
    settings = Settings.from_env(names | OF_COGNITO | {"API_AUTHORIZATION": "COGNITO"})
    assert settings.user_pool_arn == OF_COGNITO["USER_POOL_ARN"]
    assert settings.sign_in_url == OF_COGNITO["SIGN_IN_URL"]
    assert settings.sign_in_client_id == OF_COGNITO["SIGN_IN_CLIENT_ID"]
