"""How many examples are tried of the compiled rules."""

from hypothesis import settings

settings.register_profile("many", max_examples=2_000, deadline=None)
