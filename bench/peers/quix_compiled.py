"""A peer of scoring: Quix Streams once more, but judging and writing events by our compiled rules."""

import os
from pathlib import Path
from typing import Any, Final

import orjson
from quixstreams import Application, State

from bench.peers.progress_documents import Documents
from bench.peers.scoring_rules import Rules
from services.scoring.compiling import library_path, load
from services.scoring.judgements import Cause
from services.scoring.native.judging import FirstProgress, NativeRules, ask_of
from services.scoring.progress_events import announcement
from services.scoring.tally_store import lane_of
from services.scoring.translation import cause_of, filing_of
from shared.events.swift import accepted_of
from shared.runtime.clock import system_now


class Compiled:
    """Makes progress events by the compiled rules, one submission at a time, as a stream brings them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._documents = Documents(rules)
        self._native = NativeRules(load(library_path()), lane_of=lane_of)

    def progress(self, value: bytes, *, state: State) -> bytes | None:
        """Return the event to publish, and keep what is known; None where the submission counts less than that."""
        event = accepted_of(value)
        name = value if event is None else f"{event.data.plan}/{event.data.period}"
        before = state.get(name)
        if event is None or before is not None:
            return self._by_documents(value, name=name, before=before, state=state)
        filing = filing_of(event)
        plan = self._rules.plans[filing.key.plan, filing.plan_version]
        ask = ask_of(filing, plan=plan, agency=self._rules.agencies[filing.key.agency], is_closed=False)
        verdict = self._native.judge([ask], registry=self._rules.agencies).verdicts[0] if ask else None
        if verdict is None:
            return self._by_documents(value, name=name, before=None, state=state)
        correlation, causation = cause_of(event)
        first = FirstProgress(filing, plan.version, False, Cause(correlation, causation, system_now()), verdict)  # noqa: FBT003
        state.set(
            name,
            {
                "submission": str(filing.submission),
                "revision": filing.revision,
                "observations": verdict.observations.decode(),
                "sequence": 1,
                "standing": verdict.standing,
                "judgements": verdict.judgements.decode(),
            },
        )
        return announcement(first, plan=plan).body

    def _by_documents(self, value: bytes, *, name: Any, before: Any, state: State) -> bytes | None:
        if before and "judgements" in before:
            judged = {
                each["indicator"]: [each["standing"], each["attainment_ratio"]]
                for each in orjson.loads(before["judgements"])
            }
            before = {**before, "judged": judged}
        changed = self._documents.progress(orjson.loads(value), before=before, now=system_now())
        if changed is None:
            return None
        announced, kept = changed
        state.set(name, kept)
        return orjson.dumps(announced)


def main() -> None:
    """Run until told to stop."""
    prefix: Final = os.environ["KAFKA_TOPIC_PREFIX"]
    compiled = Compiled(Rules(Path(os.environ["PEER_REFERENCE"])))
    application = Application(
        broker_address=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        consumer_group=f"{prefix}scoring",
        auto_offset_reset="earliest",
        state_dir=os.environ["PEER_STATE"],
        loglevel="WARNING",
    )
    submissions = application.topic(f"{prefix}submissions", value_deserializer="bytes")
    progress = application.topic(f"{prefix}progress", value_serializer="bytes")
    frame = application.dataframe(submissions).apply(
        lambda value, state: compiled.progress(value, state=state), stateful=True
    )
    frame.filter(lambda announced: announced is not None).to_topic(progress)
    application.run()


if __name__ == "__main__":
    main()
