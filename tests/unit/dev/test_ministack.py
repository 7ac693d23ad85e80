"""The release of MiniStack is the one whose gaps were looked at."""

from ops.stage import ROOT

LOOKED_AT = "ministack==1.5.33"


def test_a_new_release_of_ministack_is_looked_at_before_it_is_used():
    """`make nightly` does; then its number goes here."""
    assert LOOKED_AT in (ROOT / "requirements-dev.in").read_text().splitlines()
