"""How all tests run."""

from hypothesis import settings

# No claim here is about time: a busy machine must not fail one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
