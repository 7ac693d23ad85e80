"""moto's DynamoDB, without what takes most of its time and changes no answer.

Two thirds of the time of the tests on moto went into HTTP between it and boto3, and into copies.
"""

import base64
import copy
import json
from functools import cache

from botocore.awsrequest import AWSResponse
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_LAST
from botocore.useragent import UserAgentString
from moto.core import DEFAULT_ACCOUNT_ID, responses
from moto.core import models as core
from moto.core.serialize import ResponseSerializer
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.validators import ActionCountValidator
from moto.dynamodb.responses import DynamoHandler

LARGEST_ITEM = 405_000  # as moto has it

# Requests for and of items, which moto answers from what boto3 would send, and not from HTTP. What
# it refuses is asked once more in the ordinary way, for the refusal's form.
OF_ITEMS = {
    *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
    *("BatchGetItem", "BatchWriteItem", "TransactWriteItems"),
}


def _bytes_from_base64(value):
    return {"B": base64.b64decode(value["B"])} if type(value.get("B")) is str else value


def _answer_without_http(model, params, context, **_):
    if model.service_model.service_name != "dynamodb" or model.name not in OF_ITEMS:
        return None
    if not core.botocore_stubber.enabled:
        return None
    handler = DynamoHandler()
    handler.current_account, handler.region = DEFAULT_ACCOUNT_ID, context["client_region"]
    handler.body = handler.params = json.loads(params["body"], object_hook=_bytes_from_base64)
    handler.uri_match = {}
    try:
        result = getattr(handler, camelcase_to_underscores(model.name))().result
    except Exception:  # noqa: BLE001
        return None
    known = model.output_shape.members
    parsed = {name: result[name] for name in result if name in known and result[name] is not None}
    parsed["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
    return AWSResponse(params["url"], 200, {}, None), parsed


# Last, so that a test may look at requests before they are answered, or refuse them.
BUILTIN_HANDLERS.append(("before-call", _answer_without_http, REGISTER_LAST))

# Patterns of every service, for what `requests` sends: nobody here sends by it.
core.RESPONSES_METHODS.clear()

# moto looks for each of the ten forms of an attribute's value under eight names. It has its own.
_moto_value = ResponseSerializer.get_value


def _value_of_shape(serializer, value, key, shape):
    if type(value) is dict and shape.parent.name == "AttributeValue":
        return value.get(key)
    return _moto_value(serializer, value, key, shape)


ResponseSerializer.get_value = _value_of_shape


# Copies of items share the values in them that nothing changes in place.
def _copy_of_value(value, memo):
    if value.is_list() or value.is_map() or value.is_set():
        return _moto_copy_of_value(value, memo)
    return value


def _copy_of_item(item, memo=None):
    copied = Item.__new__(Item)
    copied.hash_key, copied.range_key = item.hash_key, item.range_key
    copied.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    for name, value in item.attrs.items():
        dict.__setitem__(copied.attrs, name, _copy_of_value(value, memo))
    return copied


def _copy_of_table(table, memo):
    """What a transaction that fails puts back."""
    copied = copy.copy(table)
    copied.items = type(table.items)(table.items.default_factory)
    for key, of_key in table.items.items():
        if isinstance(of_key, Item):
            copied.items[key] = _copy_of_item(of_key, memo)
        else:
            copied.items[key] = {at: _copy_of_item(item, memo) for at, item in of_key.items()}
    return copied


_moto_copy_of_value = DynamoType.__deepcopy__
DynamoType.__deepcopy__ = _copy_of_value
Item.__deepcopy__ = _copy_of_item
Table.__deepcopy__ = _copy_of_table


def _item_of(item, hash_key, range_key, attrs):
    """Make an item, whose size moto takes anew with each attribute."""
    item.hash_key, item.range_key = hash_key, range_key
    values = {name: DynamoType(value) for name, value in attrs.items()}
    if sum(bytesize(name) + value.size() for name, value in values.items()) > LARGEST_ITEM:
        raise ItemSizeTooLarge
    item.attrs = LimitedSizeDict(values)


Item.__init__ = _item_of


def _sorted_items(table):
    """Sort by the values of keys, and not by objects that compare them."""
    items = table.items.values()
    if not table.has_range_key:
        return sorted(items, key=lambda item: item.hash_key.cast_value)
    return sorted(
        (item for of_key in items for item in of_key.values()),
        key=lambda item: (item.hash_key.cast_value, item.range_key.cast_value),
    )


Table.all_items = _sorted_items

# The clauses of an expression are counted once, and not again in each of its parts.
ActionCountValidator.traverse = ActionCountValidator.verify_action_counts


def _copy_of_node(node, memo):
    """A part of an expression, which moto changes as it goes through it."""
    copied = object.__new__(type(node))
    copied.__dict__ |= node.__dict__
    if node.children is not None:
        copied.children = [copy.deepcopy(child, memo) for child in node.children]
        for child in copied.children:
            if is_node(type(child)):
                child.parent = copied
    return copied


@cache
def is_node(kind):
    return issubclass(kind, Node)


@cache
def processed_as(traverser, kind):
    """The class of parts which a part is processed as."""
    classes = traverser._processing_map(object.__new__(traverser))
    return next((one for one in classes if issubclass(kind, one)), None)


def _go_through(traverser, node, child_id=-1):
    """Look up what is done with a part by its class, and not in turn."""
    if not is_node(type(node)):
        return node
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, number)
        _go_through(traverser, child, number)
    if processor := processed_as(type(traverser), type(node)):
        node = traverser._processing_map()[processor](node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


Node.__deepcopy__ = _copy_of_node
DepthFirstTraverser.traverse_node_recursively = _go_through

# Names of methods, and of what sends the requests, are found out once.
responses.method_names_from_class = cache(responses.method_names_from_class)
UserAgentString.to_string = cache(UserAgentString.to_string)
