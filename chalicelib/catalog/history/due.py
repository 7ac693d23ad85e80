"""Datasets whose next delivery is expected, in order of time: an item for each.

due   <time> <template>   a dataset that is to be looked at then

It is written when a rhythm becomes known, and not at each delivery: `watch` sees from the dataset's
shards whether one has come, and moves it on.
"""

from chalicelib.catalog.history.items import Item, Key, bounded

DUE = "due"


def due_key(dataset: str, due: str) -> Key:
    return DUE, f"{due} {bounded(dataset, 900)}"


def due_item(dataset: str, due: str) -> Item:
    partition, place = due_key(dataset, due)
    return {"PK": partition, "SK": place, "Dataset": dataset, "Due": due}
