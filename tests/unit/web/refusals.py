"""The one shape of all errors of the API."""


def refused(response, status):
    """The message of an error, which has the one shape that all errors have."""
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json_body.keys() == {"Code", "Message"}
    return response.json_body["Message"]
