"""Contents of notices, as they are stored."""

import json
from typing import Any

import pytest

from services.notify.notices.tables import NoticeRow
from services.notify.policy.model import NoticeKind
from tests.unit.services.notify.mail.test_rendering import contents


@pytest.mark.parametrize("kind", NoticeKind)
def test_contents_of_every_kind_are_read_as_they_were_written(kind: NoticeKind) -> None:
    column: Any = NoticeRow.metadata.tables["notice"].c.contents.type
    stored = json.dumps(column.process_bind_param(contents(kind), None))
    assert column.process_result_value(json.loads(stored), None) == contents(kind)
