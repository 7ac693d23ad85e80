"""Which AWS a stage is."""

import os

from ops import stage


def test_the_local_stage_never_uses_what_the_shell_is_signed_in_to(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ | {"AWS_PROFILE": "work", "PORT": "4577"})
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SESSION_TOKEN": "token"}
    stage.use("local")
    assert os.environ["AWS_ENDPOINT_URL"] == "http://localhost:4577"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "test"
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(os.environ)
