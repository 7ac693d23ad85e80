"""MiniStack, with what it lacks for this app. Run as a process: `python -m dev.ministack_server`.

Thirteen things are added, each from outside, to the release that requirements-dev.txt pins:

- ImportRestApi and PutRestApi, with which Chalice deploys its routes, on top of the importer that
  MiniStack has for CloudFormation.
- At most a few asynchronous invocations run at a time, and as many batches of a queue; the others
  wait. MiniStack otherwise starts a process for every S3 event, or, with its concurrency limited,
  drops what it throttles.
- Routes see the path as it was sent, so that `%2F` in a file's name does not part it in two.
- Answers are compressed where the API's minimumCompressionSize says so.
- A function is ready as soon as it is made or changed. MiniStack otherwise calls it `InProgress`
  for half a second, and Chalice looks again after five, twice for each function.
- What a function's code unpacks to is unpacked once, and compiled once, for all who run it.
  MiniStack otherwise does both for each of its workers, which takes longer than all they do.
- A condition for DynamoDB is parsed once, and one for keys is compared as texts are. MiniStack
  otherwise parses it for each item of a partition, which takes longer than all else in a burst.
- What a function has logged is taken a millisecond after its answer. MiniStack otherwise looks for
  more of it for 5, and for 50 where there is nothing, and the function takes no other event.
- Signing out revokes the token: `POST /oauth2/revoke`.
- A permission to send, delete or postpone a message holds for batches, where IAM is enforced.
- Links that browsers are given lead to the host that they asked.
- Pages of other sites are refused: MiniStack answers every origin, under any name.
- `/_catalog/folder` says which folder has started it.
"""

import gzip
import json
import os
import re
import threading
import zipfile
from contextvars import ContextVar
from functools import lru_cache, partialmethod
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions, lambda_runtime
from ministack.services import apigateway_v1, cognito, dynamodb, lambda_svc

from dev.emulator import FOLDER_PATH
from dev.foreign_requests import refuse_foreign_requests
from ops.stage import ROOT

SIGNED = "/_catalog/signed"
INVOCATIONS_AT_ONCE = max(2, os.cpu_count() or 2)
_KEPT_CONDITIONS = 1_000
_KEY_RANGE = re.compile(r"([#\w]+) = (:\w+) AND ([#\w]+) BETWEEN (:\w+) AND (:\w+)")


def main() -> None:
    add_rest_api_import()
    hold_back_invocations(INVOCATIONS_AT_ONCE)
    keep_paths_encoded()
    link_to_where_the_page_is()
    compress_answers()
    have_functions_ready_at_once()
    unpack_code_once()
    parse_conditions_once()
    take_logs_at_once()
    add_token_revocation()
    allow_batches_of_messages()
    say_which_folder_it_is_of()
    app.app = refuse_foreign_requests(app.app)
    app.main()


def add_rest_api_import() -> None:
    """Answer `POST /restapis?mode=import` and `PUT /restapis/{id}` (Amazon API Gateway API)."""
    handle_request = apigateway_v1.handle_request

    async def handle(method, path, headers, body, query_params):
        match (method, *path.strip("/").split("/")):
            case ("POST", "restapis") if "mode" in query_params:
                return _rest_api(_import(json.loads(body)), 201)
            case ("PUT", "restapis", api_id) if api_id in apigateway_v1._rest_apis:
                return _rest_api(_overwrite(api_id, json.loads(body)), 200)
        return await handle_request(method, path, headers, body, query_params)

    apigateway_v1.handle_request = handle


def _import(spec):
    binary = spec.get("x-amazon-apigateway-binary-media-types", [])
    return apigateway_v1._import_rest_api(spec, {"binaryMediaTypes": binary})


def _overwrite(api_id, spec):
    """Give the API the routes of `spec` alone: import them as a second API, and take its parts."""
    new_id = _import(spec)
    for parts in (apigateway_v1._resources, apigateway_v1._authorizers_v1, apigateway_v1._models):
        parts[api_id] = parts[new_id]
    apigateway_v1._delete_rest_api(new_id)
    return api_id


def _rest_api(api_id, status):
    view = apigateway_v1._rest_api_view(apigateway_v1._rest_apis[api_id])
    return apigateway_v1._v1_response(view, status)


def hold_back_invocations(limit: int) -> None:
    """Let `limit` of them run at a time, and `limit` batches of a queue. Routes do not wait.

    A mapping may allow more than this machine has room for. What waits makes larger batches.
    """
    allowed = lambda_svc._sqs_esm_concurrency
    lambda_svc._sqs_esm_concurrency = lambda *mapping: min(allowed(*mapping), limit)
    slots = threading.Semaphore(limit)
    asynchronous = ContextVar("asynchronous", default=False)
    invoke, execute = lambda_svc.invoke_async_with_retry, lambda_svc._execute_function

    def invoke_async_with_retry(function, event):
        token = asynchronous.set(True)  # the thread that it starts copies the context
        try:
            invoke(function, event)
        finally:
            asynchronous.reset(token)

    def execute_function(function, event):
        if not asynchronous.get():
            return execute(function, event)
        with slots:
            asynchronous.set(False)  # it may call itself, and has its slot
            try:
                return execute(function, event)
            finally:
                asynchronous.set(True)

    lambda_svc.invoke_async_with_retry = invoke_async_with_retry
    lambda_svc._execute_function = execute_function


def keep_paths_encoded() -> None:
    """Hand API Gateway's requests on with their paths percent-encoded, as AWS does."""
    serve = app.app

    async def serve_encoded(scope, receive, send):
        path = scope.get("path", "")
        if path.startswith("/_aws/execute-api/") or "/_user_request_" in path:
            scope = {**scope, "path": scope["raw_path"].decode("ascii")}
        await serve(scope, receive, send)

    app.app = serve_encoded


def link_to_where_the_page_is() -> None:
    """Give a browser links to the host that it asked, which is the page's own origin.

    Functions know the emulator as 127.0.0.1, and sign links for that host. To a page of localhost
    it is another site, so such a link leads to `SIGNED` there, which is that host to MiniStack.
    """
    execute, serve = apigateway_v1.handle_execute, app.app
    known_as = f"127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}"
    signed_link = re.compile(rf"http://{re.escape(known_as)}/(?!_aws/|restapis/)")

    async def execute_and_link(api_id, stage, method, path, headers, *request):
        status, sent, body = await execute(api_id, stage, method, path, headers, *request)
        host = headers.get("host")
        if "sec-fetch-site" in headers and host != known_as:
            link = f"http://{host}{SIGNED}/"
            sent = {name: signed_link.sub(link, str(value)) for name, value in sent.items()}
            body = signed_link.sub(link, body.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
        return status, sent, body

    async def serve_signed(scope, receive, send):
        if scope.get("path", "").startswith(f"{SIGNED}/"):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = scope | {
                "path": scope["path"].removeprefix(SIGNED),
                "raw_path": scope["raw_path"].removeprefix(SIGNED.encode()),
                "headers": [*others, (b"host", known_as.encode())],
            }
        await serve(scope, receive, send)

    apigateway_v1.handle_execute = execute_and_link
    app.app = serve_signed


def compress_answers() -> None:
    """Compress for whoever takes gzip ("Receive an API response with a compressed payload",
    Amazon API Gateway Developer Guide)."""
    execute = apigateway_v1.handle_execute

    async def execute_and_compress(api_id, stage, method, path, headers, *request):
        status, sent, body = await execute(api_id, stage, method, path, headers, *request)
        least = apigateway_v1._rest_apis.get(api_id, {}).get("minimumCompressionSize")
        asked = "gzip" in headers.get("accept-encoding", "")
        if asked and least is not None and len(body) >= int(least):
            sent, body = {**sent, "Content-Encoding": "gzip"}, gzip.compress(body)
        return status, sent, body

    apigateway_v1.handle_execute = execute_and_compress


def have_functions_ready_at_once() -> None:
    """Leave out the time that MiniStack takes to play a runtime that initialises."""
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = 0


def unpack_code_once() -> None:
    """Give each worker a link to the one folder of its code, which AWS has them only read.

    The folder is that of MiniStack's containers, which it makes once and clears away.
    """

    class Unpacked(zipfile.ZipFile):
        def extractall(self, path):
            code = Path(self.filename).read_bytes()
            os.rmdir(path)
            os.symlink(lambda_svc._docker_extracted_dir(code, "code"), path)

    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Unpacked})


def parse_conditions_once() -> None:
    """Keep what the text of a condition says: its tokens, and the faults of its grammar.

    A partition, and a range of texts in it, are looked for without the evaluator.
    """
    dynamodb._tokenize = lru_cache(_KEPT_CONDITIONS)(dynamodb._tokenize)
    dynamodb._condition_syntax_error = lru_cache(_KEPT_CONDITIONS)(dynamodb._condition_syntax_error)
    of_keys = lru_cache(_KEPT_CONDITIONS)(_KEY_RANGE.fullmatch)
    evaluate = dynamodb._evaluate_condition

    def evaluate_condition(expression, item, values, names, slot="ConditionExpression"):
        if slot == "KeyConditionExpression" and (found := of_keys(expression)):
            partition, wanted, place, low, high = found.groups()
            if item.get((names or {}).get(partition, partition)) != values.get(wanted):
                return False
            texts = [values.get(low), item.get((names or {}).get(place, place)), values.get(high)]
            least, text, most = ((one or {}).get("S") for one in texts)
            if None not in (least, text, most) and least <= most:
                return least <= text <= most
        return evaluate(expression, item, values, names, slot)

    dynamodb._evaluate_condition = evaluate_condition


def take_logs_at_once() -> None:
    """Wait no longer for a function's log than a pipe takes. What is late is in the next one's."""
    drain = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = partialmethod(
        drain, first_line_wait=0.005, idle_confirm=0.001
    )


def add_token_revocation() -> None:
    """Answer `POST /oauth2/revoke` (Revoke endpoint, Amazon Cognito Developer Guide)."""
    handle_request = cognito.handle_request

    async def handle(method, path, headers, body, query_params):
        if (method, path) != ("POST", "/oauth2/revoke"):
            return await handle_request(method, path, headers, body, query_params)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        cognito._revoke_token({"Token": form.get("token", ""), "ClientId": form.get("client_id")})
        return 200, {"Content-Type": "application/json"}, b""

    cognito.handle_request = handle


def allow_batches_of_messages() -> None:
    """Ask for the right to the single action ("AddPermission", Amazon SQS API Reference)."""
    extract = iam_actions.extract_iam_action

    def extract_iam_action(service, *request):
        action = extract(service, *request)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    iam_actions.extract_iam_action = extract_iam_action


def say_which_folder_it_is_of() -> None:
    """Answer `GET /_catalog/folder`, by which another folder knows that it is not its own."""
    serve = app.app

    async def serve_folder(scope, receive, send):
        if scope.get("path") != FOLDER_PATH:
            return await serve(scope, receive, send)
        body = json.dumps({"folder": str(ROOT.resolve())}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        return await send({"type": "http.response.body", "body": body})

    app.app = serve_folder


if __name__ == "__main__":
    main()
