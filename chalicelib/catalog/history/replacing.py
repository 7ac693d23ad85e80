"""Items that are replaced only if nobody else has written them since they were read."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.catalog.history.items import Item, Key

REPLACED_AT_ONCE = 100  # "TransactWriteItems", Amazon DynamoDB API Reference


def change_of(old: Item, new: Item) -> dict[str, Any] | None:
    """The update that makes an item the new one if it is still the old one; None if it is.

    Attributes that are None are left out.
    """
    changed = {name: value for name, value in new.items() if value is not None}
    changed = {name: value for name, value in changed.items() if old.get(name) != value}
    gone = [name for name in old if name in new and new[name] is None]
    if not changed and not gone:
        return None
    names = {f"#{n}": name for n, name in enumerate([*changed, *gone])} | {"#r": "Revision"}
    values = {f":{n}": value for n, value in enumerate(changed.values())}
    values[":new"] = int(old.get("Revision", 0)) + 1
    places = [f"#{n} = :{n}" for n in range(len(changed))]
    update = "SET " + ", ".join([*places, "#r = :new"])
    if gone:
        update += " REMOVE " + ", ".join(f"#{len(changed) + n}" for n in range(len(gone)))
    condition = "attribute_not_exists(#r)"
    if "Revision" in old:
        condition, values[":old"] = "#r = :old", old["Revision"]
    return {
        "ConditionExpression": condition,
        "UpdateExpression": update,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def replace_all(table: Any, items: Mapping[Key, tuple[Item, Item]]) -> dict[Key, Item]:
    """Replace items of `table`, a boto3 DynamoDB Table, each an old one by a new one.

    Returns those that were, at most 100. One that is not the old one any more holds back no other.
    """
    left = {key: change for key, (old, new) in items.items() if (change := change_of(old, new))}
    done = {key: new for key, (_, new) in items.items() if key not in left}
    while left:
        updates = [
            {"Update": {"TableName": table.name, "Key": {"PK": pk, "SK": sk}} | change}
            for (pk, sk), change in left.items()
        ]
        try:
            table.meta.client.transact_write_items(TransactItems=updates)
        except ClientError as error:
            kept = _not_refused(error, left)
            if len(kept) == len(left):
                raise
            left = kept
        else:
            return done | {
                key: items[key][1] | {"Revision": change["ExpressionAttributeValues"][":new"]}
                for key, change in left.items()
            }
    return done


def _not_refused(error: ClientError, changes: dict[Key, Any]) -> dict[Key, Any]:
    """Those of the changes that were not why all of them were refused."""
    reasons = error.response.get("CancellationReasons", ())
    if len(reasons) != len(changes):
        return changes
    return {
        key: change
        for (key, change), reason in zip(changes.items(), reasons, strict=True)
        if reason.get("Code", "None") == "None"
    }
