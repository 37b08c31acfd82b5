"""The compiled rules, as `make` has them; where there are none, tests of them say so."""

import os
from functools import cache
from pathlib import Path

from services.scoring.compiling import library_path, load
from services.scoring.native.judging import NativeRules
from services.scoring.tally_store import lane_of
from tests.support.requirements import skip_or_fail


@cache
def rules_if_compiled() -> NativeRules | None:
    """Return the compiled rules, None where there are none."""
    return NativeRules(load(path_tested()), lane_of=lane_of) if path_tested().exists() else None


def path_tested() -> Path:
    """Return where the library under test stands: another one than usual where TIENDO_COMPILED_RULES names it."""
    named = os.environ.get("TIENDO_COMPILED_RULES")
    return Path(named) if named else library_path()


def compiled_rules() -> NativeRules:
    """Return the compiled rules, or skip the test."""
    return rules_if_compiled() or skip_or_fail("compiler", "the rules are not compiled")
