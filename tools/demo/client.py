"""The agencies' clients: they file by HTTP with their own keys, retry blindly, and keep what they are told."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from tools.demo.accounting import Receipt
from tools.demo.habits import Mistake
from tools.demo.http import Answer, HttpClient, NoAnswer
from tools.demo.requests import Act

_TRIES: Final = 8
_PAUSE_SECONDS: Final = 0.5
_SURPRISES_KEPT: Final = 5
_ACCEPTED: Final = 202
_UNAVAILABLE: Final = 503


@dataclass
class Book:
    """What all clients were told, kept by nobody but them."""

    receipts: dict[UUID, Receipt] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    surprise_count: int = 0
    surprises: list[str] = field(default_factory=list)

    def enter(self, act: Act, answer: Answer) -> None:
        """Enter an answer, and as a surprise where it is not the one that the act must get."""
        told = answer.told()
        if answer.status == _ACCEPTED:
            self._enter_receipt(act, answer, told)
        elif act.mistake is None:
            self._surprised(act, answer)
        else:
            self.refused[act.mistake] += 1
            if answer.status != act.expected_status or act.mistake not in _codes(told):
                self._surprised(act, answer)

    def _enter_receipt(self, act: Act, answer: Answer, told: Mapping[str, Any]) -> None:
        receipt = Receipt(
            submission=UUID(told["submission"]),
            agency=told["agency"],
            period=told["period"],
            revision=told["revision"],
        )
        known = self.receipts.setdefault(receipt.submission, receipt)
        if act.is_repeat:
            self.repeated += 1
        is_as_wanted = (
            act.mistake is None
            and (receipt.agency, receipt.period) == (act.agency, act.period)
            and told["is_synthetic"] is True
            and known == receipt
            and (not act.is_repeat or answer.headers.get("idempotency-replayed") == "true")
        )
        if not is_as_wanted:
            self._surprised(act, answer)

    def _surprised(self, act: Act, answer: Answer) -> None:
        self.surprise_count += 1
        if len(self.surprises) < _SURPRISES_KEPT:
            self.surprises.append(
                f"{act.agency} for {act.period} ({act.mistake or 'a right submission'}) was answered "
                f"{answer.status}: {answer.body[:300].decode(errors='replace')}"
            )


class Clients:
    """The clients of all agencies."""

    def __init__(self, http: HttpClient, *, keys: Mapping[str, str], book: Book) -> None:
        self._http = http
        self._keys = keys
        self._book = book

    async def send(self, groups: Sequence[Sequence[Act]]) -> None:
        """Send groups at once and the acts of a group one after the other."""
        async with asyncio.TaskGroup() as tasks:
            for group in groups:
                tasks.create_task(self._send_group(group))

    async def _send_group(self, group: Iterable[Act]) -> None:
        for act in group:
            self._book.enter(act, await self._answered(act))

    async def _answered(self, act: Act) -> Answer:
        """Return the answer; where there is none, or the service is away, the same request is sent again."""
        key = self._keys[act.filer]
        if act.mistake is Mistake.MISTYPED_KEY:
            key = key[:-1] + ("a" if key[-1] != "a" else "b")
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": act.idempotency_key,
        }
        for _ in range(_TRIES - 1):
            try:
                answer = await self._http.post("/v1/submissions", act.body, headers=headers)
            except NoAnswer:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            if answer.status != _UNAVAILABLE:
                return answer
            await asyncio.sleep(_PAUSE_SECONDS)
        return await self._http.post("/v1/submissions", act.body, headers=headers)


def _codes(problem: Mapping[str, Any]) -> set[str]:
    return {problem.get("code", ""), *(fault["code"] for fault in problem.get("faults", ()))}
