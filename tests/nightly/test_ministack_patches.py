"""What MiniStack lacks, and what dev/ministack_server.py adds to it, each in its own process.

Only a new release of MiniStack can change that: tests/unit/dev/test_ministack.py asks for it.
"""

import json
import os
import subprocess
import sys


def printed(probe, **environment):
    """The last line that a probe prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()[-1]


SPEC = {
    "swagger": "2.0",
    "info": {"title": "probe", "version": "1.0"},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "paths": {"/files/{name}": {"get": {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}}},
}
PROBE = """
import asyncio, json
from ministack.services import apigateway_v1
{patch}
def ask(method, path, body=None, **query):
    status, _, answer = asyncio.run(apigateway_v1.handle_request(
        method, path, {{}}, json.dumps(body or {{}}).encode(), query))
    return status, json.loads(answer or b"{{}}")
def paths(api):
    _, resources = ask("GET", f"/restapis/{{api['id']}}/resources")
    return sorted(resource["path"] for resource in resources["item"])
first, second = json.loads({specs!r})
imported, api = ask("POST", "/restapis", first, mode=["import"])
paths_imported = paths(api)
put, _ = ask("PUT", f"/restapis/{{api['id']}}", second, mode=["overwrite"])
print(json.dumps([imported, paths_imported, api.get("binaryMediaTypes"), put, paths(api)]))
"""
PATCH = "from dev.ministack_server import add_rest_api_import; add_rest_api_import()"


def answers(patch):
    other = SPEC | {"paths": {"/other": SPEC["paths"]["/files/{name}"]}}
    probe = PROBE.format(patch=patch, specs=json.dumps([SPEC, other]))
    return json.loads(printed(probe))


def test_routes_are_imported_and_overwritten_as_chalice_asks_for_it():
    assert answers(PATCH) == [
        201,
        ["/", "/files", "/files/{name}"],
        ["image/png"],
        200,
        ["/", "/other"],
    ]


def test_ministack_still_lacks_both_calls_or_else_the_patch_can_go():
    _, paths_imported, _, put, paths_put = answers(patch="")
    assert paths_imported == ["/"], "MiniStack has ImportRestApi now: delete add_rest_api_import"
    assert (put, paths_put) != (200, ["/", "/other"]), "MiniStack has PutRestApi now"


HOLD = """
import threading, time
from ministack.services import lambda_svc

running, most, done, lock = 0, 0, threading.Semaphore(0), threading.Lock()

def execute(function, event):
    global running, most
    if event == "nested":
        return {}
    with lock:
        running += 1
        most = max(most, running)
    lambda_svc._execute_function(function, "nested")
    time.sleep(0.01)
    with lock:
        running -= 1
    done.release()
    return {}

lambda_svc._execute_function = execute
from dev.ministack_server import hold_back_invocations
hold_back_invocations(3)
arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
function = {"config": {"FunctionName": "f", "FunctionArn": arn}}
for _ in range(40):
    lambda_svc.invoke_async_with_retry(function, "event")
for _ in range(40):
    assert done.acquire(timeout=30)
mapping = {"ScalingConfig": {"MaximumConcurrency": 50}}
print(most, *(lambda_svc._sqs_esm_concurrency(one, {}, {}) for one in ({}, mapping)))
"""


def test_a_burst_runs_a_few_events_and_batches_at_a_time_and_all_events_run():
    assert printed(HOLD) == "3 3 3"


COMPRESS = """
import asyncio, gzip, json
from ministack.services import apigateway_v1

async def execute(api_id, stage, method, path, headers, body, query):
    return 200, {}, b"x" * int(path)

apigateway_v1.handle_execute = execute
from dev.ministack_server import compress_answers
compress_answers()
apigateway_v1._rest_apis["api"] = {"minimumCompressionSize": 1024}
apigateway_v1._rest_apis["without"] = {"minimumCompressionSize": None}

def answer(api, size, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = (api, "local", "GET", str(size), headers, b"", {})
    _, sent, body = asyncio.run(apigateway_v1.handle_execute(*request))
    encoding = sent.get("Content-Encoding")
    whole = gzip.decompress(body) if encoding else body
    assert whole == b"x" * size
    return encoding

print(json.dumps([
    answer("api", 1024, accept_encoding="gzip, deflate"),
    answer("api", 1023, accept_encoding="gzip"),
    answer("api", 1024),
    answer("without", 1024, accept_encoding="gzip"),
]))
"""


def test_answers_are_compressed_from_the_size_on_that_the_api_sets_for_who_takes_gzip():
    assert json.loads(printed(COMPRESS)) == ["gzip", None, None, None]


READY = """
import asyncio, base64, io, json, zipfile
from types import SimpleNamespace
from ministack.services import lambda_svc
{patch}
slept = []
lambda_svc.time = SimpleNamespace(time=lambda_svc.time.time, sleep=slept.append)

class Run:
    def __init__(self, target, args=(), **_):
        self.start = lambda: target(*args)

lambda_svc.threading.Thread = Run

def ask(method, path, body):
    status, _, answer = asyncio.run(lambda_svc.handle_request(
        method, f"/2015-03-31/functions{{path}}", {{}}, json.dumps(body).encode(), {{}}))
    assert status in (200, 201), answer
    return json.loads(answer)["LastUpdateStatus"]

zipped = io.BytesIO()
with zipfile.ZipFile(zipped, "w") as archive:
    archive.writestr("app.py", "def handler(event, context): pass")
code = base64.b64encode(zipped.getvalue()).decode()
ask("POST", "", {{
    "FunctionName": "f", "Runtime": "python3.11", "Handler": "app.handler",
    "Role": "arn:aws:iam::000000000000:role/r", "Code": {{"ZipFile": code}},
}})
ask("PUT", "/f/code", {{"ZipFile": code}})
ask("PUT", "/f/configuration", {{"Timeout": 20}})
print(json.dumps([slept, ask("GET", "/f/configuration", {{}})]))
"""


def seconds_until_ready(patch):
    """For how long a function is made and changed, by MiniStack's own sleeping, and what it is."""
    return json.loads(printed(READY.format(patch=patch)))


def test_a_function_is_ready_as_soon_as_it_is_made_or_changed():
    patch = "from dev.ministack_server import have_functions_ready_at_once as ready; ready()"
    slept, status = seconds_until_ready(patch)
    assert (sum(slept), status) == (0, "Successful")


def test_ministack_still_takes_a_while_for_that_or_else_the_patch_can_go():
    slept, _ = seconds_until_ready(patch="")
    assert len([pause for pause in slept if pause > 0]) == 3, (
        "MiniStack has functions ready at once now: delete have_functions_ready_at_once"
    )


UNPACK = """
import io, json, os, zipfile
from ministack.core.lambda_runtime import Worker
{patch}
zipped = io.BytesIO()
with zipfile.ZipFile(zipped, "w") as archive:
    archive.writestr("app.py", "import os\\ndef handler(*_): return os.path.realpath(__file__)")
config = {{
    "FunctionName": "f", "Runtime": "python3.11", "Handler": "app.handler",
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
}}
workers = [Worker("f", config, zipped.getvalue()) for _ in range(2)]
first, second = (worker.invoke({{}}, "id")["result"] for worker in workers)
workers[0].kill()
stays = os.path.exists(second)
workers[1].kill()
print(json.dumps([first == second, stays]))
"""


def is_unpacked_once(patch, tmp_path):
    """Whether two workers run the same file, and whether it outlives one of them."""
    return json.loads(printed(UNPACK.format(patch=patch), TMPDIR=str(tmp_path)))


def test_workers_share_what_their_code_unpacks_to(tmp_path):
    patch = "from dev.ministack_server import unpack_code_once; unpack_code_once()"
    assert is_unpacked_once(patch, tmp_path) == [True, True]


def test_ministack_still_unpacks_for_each_worker_or_else_the_patch_can_go(tmp_path):
    assert is_unpacked_once("", tmp_path) == [False, True], (
        "MiniStack's workers share their code now: delete unpack_code_once"
    )


BATCH = """
import json
from ministack.core import iam_actions
{patch}
def right_to(name):
    target = {{"x-amz-target": f"AmazonSQS.{{name}}"}}
    return iam_actions.extract_iam_action("sqs", "POST", "/", target, b"{{}}", {{}})
print(json.dumps([right_to("DeleteMessageBatch"), right_to("DeleteMessage")]))
"""


def rights_to_delete(patch):
    """What IAM is asked for where a batch of messages is deleted, and where one is."""
    return json.loads(printed(BATCH.format(patch=patch)))


def test_who_may_delete_a_message_may_delete_a_batch():
    patch = "from dev.ministack_server import allow_batches_of_messages as allow; allow()"
    assert rights_to_delete(patch) == ["sqs:DeleteMessage", "sqs:DeleteMessage"]


def test_ministack_still_wants_a_right_of_its_own_for_batches_or_else_the_patch_can_go():
    assert rights_to_delete("") == ["sqs:DeleteMessageBatch", "sqs:DeleteMessage"], (
        "MiniStack asks for the single right now: delete allow_batches_of_messages"
    )
