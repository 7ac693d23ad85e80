"""What S3, Lambda and SQS do to a catalog, on a deployed one: nothing is lost, nothing is wrong."""


def test_deploying_again_changes_nothing(catalog):
    project = catalog.project
    destination = project.client("lambda").get_function_event_invoke_config(
        FunctionName=project.functions["extract"]
    )["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination.endswith(f":{project.failed_extractions_queue}")
    assert "deployed" not in project.run(
        "python",
        "-c",
        "from local.deploy import deploy_resources as d; from local.stage import use;"
        "d(use('local'))",
    )
