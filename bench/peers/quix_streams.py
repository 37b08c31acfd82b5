"""A peer of scoring: Quix Streams, JSON documents in and out, what is known of an agency in its RocksDB state."""

import os
from pathlib import Path
from typing import Final

from quixstreams import Application, State

from bench.peers.progress_documents import Documents
from bench.peers.scoring_rules import Rules
from bench.peers.submission_documents import Document
from shared.runtime.clock import system_now


def main() -> None:
    """Run until told to stop."""
    prefix: Final = os.environ["KAFKA_TOPIC_PREFIX"]
    documents = Documents(Rules(Path(os.environ["PEER_REFERENCE"])))
    application = Application(
        broker_address=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        consumer_group=f"{prefix}scoring",
        auto_offset_reset="earliest",
        state_dir=os.environ["PEER_STATE"],
        loglevel="WARNING",
    )
    submissions = application.topic(f"{prefix}submissions", value_deserializer="json")
    progress = application.topic(f"{prefix}progress", value_serializer="json")

    def on_submission(event: Document, state: State) -> Document | None:
        # The agency is the record's key, under which Quix keeps the state.
        name = f"{event['data']['plan']}/{event['data']['period']}"
        changed = documents.progress(event, before=state.get(name), now=system_now())
        if changed is None:
            return None
        announced, kept = changed
        state.set(name, kept)
        return announced

    frame = application.dataframe(submissions).apply(on_submission, stateful=True)
    frame.filter(lambda announced: announced is not None).to_topic(progress)
    application.run()


if __name__ == "__main__":
    main()
