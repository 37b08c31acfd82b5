"""The province as a client sees it: agencies with keys that file by HTTP, and what they were told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support.waiting import PATIENCE_SECONDS

PLANS: Final = Path(__file__).resolve().parents[2] / "plans"
PLAN: Final = "lam-dong-2014"
LEAD: Final = "so-thong-tin-va-truyen-thong"
GOOD_PCT, BAD_PCT = 100, 1


@dataclass(frozen=True)
class Told:
    """What a client was told about one filing."""

    agency: str
    period: str
    status: int
    receipt: Mapping[str, Any]


class Province:
    """Agencies of the plan of 2014 and the address they file to."""

    def __init__(self, *, base_url: str, keys: Mapping[str, str]) -> None:
        self.keys = keys
        self.told: list[Told] = []
        self._client = httpx.AsyncClient(base_url=base_url, timeout=20)
        self._plan: dict[str, Any] = {}

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def file(self, agency: str, period: str, *, pct: int = GOOD_PCT, **more: Any) -> Told:
        """File figures that reach `pct` of what can be reached, and remember the answer.

        Raises:
            httpx.TransportError: nobody answered.
        """
        body = {
            "plan": PLAN,
            "period": period,
            "is_synthetic": True,
            "observations": await self.observations(agency, pct=pct),
            **{name: value for name, value in more.items() if name != "idempotency_key"},
        }
        headers = {"Authorization": f"Bearer {self.keys[agency]}"}
        if "idempotency_key" in more:
            headers["Idempotency-Key"] = more["idempotency_key"]
        answer = await self._client.post("/v1/submissions", json=body, headers=headers)
        told = Told(agency, period, answer.status_code, answer.json())
        self.told.append(told)
        return told

    async def file_until_told(self, agency: str, period: str, *, pct: int, idempotency_key: str) -> Told:
        """File as an agency's system does: the same again, blindly, until there is an answer that is no 5xx."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    told = await self.file(agency, period, pct=pct, idempotency_key=idempotency_key)
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
                    continue
                if told.status < httpx.codes.INTERNAL_SERVER_ERROR:
                    return told
                await asyncio.sleep(0.2)

    async def decide(self, told: Told, what: str, *, key: str, **said: str) -> int:
        """Withdraw or review what was filed, by a key, and return the status of the answer."""
        answer = await self._client.post(
            f"{told.receipt['status_url']}/{what}", json=said, headers={"Authorization": f"Bearer {key}"}
        )
        return answer.status_code

    async def observations(self, agency: str, *, pct: int) -> list[dict[str, Any]]:
        """Return a value for each indicator that the agency reports."""
        if not self._plan:
            answer = await self._client.get(
                f"/v1/plans/{PLAN}", headers={"Authorization": f"Bearer {self.keys[agency]}"}
            )
            self._plan = answer.raise_for_status().json()
        kind = kind_of(agency)
        return [
            {"indicator": indicator["id"], **_value(indicator["measure"], indicator["direction"], pct=pct)}
            for indicator in self._plan["indicators"]
            if kind in indicator["reported_by_kinds"] or agency in indicator["reported_by_agencies"]
        ]


def kind_of(agency: str) -> str:
    """Return the kind that an agency's id speaks of."""
    for beginning, kind in (
        ("ubnd-xa-", "commune"),
        ("ubnd-phuong-", "ward"),
        ("ubnd-thi-tran-", "township"),
        ("ubnd-huyen-", "district"),
        ("ubnd-thanh-pho-", "city"),
        ("trung-tam-", "centre"),
    ):
        if agency.startswith(beginning):
            return kind
    return "department"


def communes(agencies: Sequence[str]) -> list[str]:
    """Return the communes among the agencies."""
    return [agency for agency in agencies if kind_of(agency) == "commune"]


def _value(measure: str, direction: str, *, pct: int) -> dict[str, Any]:
    if measure == "share":
        return {"numerator": pct, "denominator": 100}
    if measure == "yes-no":
        return {"yes": pct == GOOD_PCT}
    return {"value": pct if direction == "increasing" else GOOD_PCT - pct}
