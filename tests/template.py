"""What resources.yaml describes, read once."""

from functools import cache
from pathlib import Path

import yaml

TEMPLATE = Path(__file__).parents[1] / "resources.yaml"


@cache
def resources() -> dict:
    """The resources by their logical ids, each short form of CloudFormation as its argument."""
    return yaml.safe_load(TEMPLATE.read_text().replace("!", ""))["Resources"]
