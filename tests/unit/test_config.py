import pytest

from chalicelib.config import InvalidSetting, MissingSetting, Settings

COMPLETE = {
    "CSV_BUCKET": "files",
    "CSV_PROCESSING_QUEUE": "messages",
    "RECORDS_TABLE": "Records",
}


def test_settings_are_read_from_the_environment():
    assert Settings.from_env(COMPLETE) == Settings("files", "messages", "Records")


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", [{}, ""])
def test_a_missing_or_empty_setting_stops_the_start_by_its_name(name, value):
    environ = COMPLETE | {name: ""} if value == "" else {**COMPLETE}
    if value == {}:
        del environ[name]
    with pytest.raises(MissingSetting, match=name):
        Settings.from_env(environ)


def test_previews_are_on_unless_a_stage_sets_them_off():
    assert Settings.from_env(COMPLETE).preview
    assert Settings.from_env(COMPLETE | {"PREVIEW": "on"}).preview
    assert not Settings.from_env(COMPLETE | {"PREVIEW": "off"}).preview
    with pytest.raises(InvalidSetting, match="PREVIEW is on or off, not 'no'"):
        Settings.from_env(COMPLETE | {"PREVIEW": "no"})


def test_late_datasets_are_looked_for_every_five_minutes_unless_a_stage_says_otherwise():
    assert Settings.from_env(COMPLETE).watch_minutes == 5
    assert Settings.from_env(COMPLETE | {"WATCH": "60"}).watch_minutes == 60
    assert Settings.from_env(COMPLETE | {"WATCH": "off"}).watch_minutes is None
    for value in ("0", "1441", "never"):
        with pytest.raises(InvalidSetting, match=f"from 1 to 1440, or off, not '{value}'"):
            Settings.from_env(COMPLETE | {"WATCH": value})


def test_columns_are_profiled_in_full_unless_the_stage_says_otherwise():
    assert Settings.from_env(COMPLETE).profile == "full"
    assert Settings.from_env(COMPLETE | {"PROFILE": "names"}).profile == "names"
    with pytest.raises(InvalidSetting, match="PROFILE is full or names or off, not 'none'"):
        Settings.from_env(COMPLETE | {"PROFILE": "none"})


def test_requests_are_signed_unless_a_stage_says_otherwise():
    assert Settings.from_env(COMPLETE).authorization == "AWS_IAM"
    assert Settings.from_env(COMPLETE | {"API_AUTHORIZATION": "NONE"}).authorization == "NONE"
    with pytest.raises(InvalidSetting, match="AWS_IAM or COGNITO or NONE, not 'cognito'"):
        Settings.from_env(COMPLETE | {"API_AUTHORIZATION": "cognito"})


@pytest.mark.parametrize("name", ["USER_POOL_ARN", "SIGN_IN_URL", "SIGN_IN_CLIENT_ID"])
def test_where_people_sign_in_a_missing_setting_of_their_pool_says_what_writes_it(name):
    environ = dict.fromkeys(("USER_POOL_ARN", "SIGN_IN_URL", "SIGN_IN_CLIENT_ID"), "set")
    environ |= COMPLETE | {"API_AUTHORIZATION": "COGNITO"}
    del environ[name]
    with pytest.raises(MissingSetting, match=f"{name} is not set.*`./catalog deploy` writes it"):
        Settings.from_env(environ)


@pytest.mark.parametrize("origin", ["", "*", "https://example.org", "http://localhost:8000"])
def test_another_origin_is_allowed_by_its_name(origin):
    assert Settings.from_env(COMPLETE | {"CORS_ORIGIN": origin}).cors_origin == origin


@pytest.mark.parametrize("origin", ["example.org", "https://example.org/", "https://a, https://b"])
def test_what_is_no_origin_is_refused_by_name(origin):
    with pytest.raises(InvalidSetting, match="CORS_ORIGIN"):
        Settings.from_env(COMPLETE | {"CORS_ORIGIN": origin})


def test_failures_are_raised_unless_the_deployment_says_that_lambda_takes_reports():
    assert not Settings.from_env(COMPLETE).reports_failures
    assert Settings.from_env(COMPLETE | {"BATCH_FAILURES": "reported"}).reports_failures
    with pytest.raises(InvalidSetting, match="BATCH_FAILURES is raised or reported, not 'yes'"):
        Settings.from_env(COMPLETE | {"BATCH_FAILURES": "yes"})
