"""`python -m shared.runtime.kafka.dead_letters`: list what was set aside of a topic and why, or publish it again."""

import asyncio
import sys
from collections import Counter
from typing import Annotated

import typer
from pydantic import Field
from pydantic_settings import BaseSettings

from shared.events import topics
from shared.runtime import logging
from shared.runtime.errors import StartFailure, counted, one_clear_line
from shared.runtime.kafka.dead_letters.store import DeadLetters
from shared.runtime.settings import read_settings

app = typer.Typer(
    help="Dead letters: what consumers could not read or apply.", pretty_exceptions_enable=False, no_args_is_help=True
)

TopicName = Annotated[str, typer.Argument(metavar="TOPIC", help="Where the records came from, such as submissions.")]


class DeadLetterSettings(BaseSettings):
    """Settings of the commands on dead letters."""

    kafka_bootstrap_servers: str = Field(description="Kafka brokers, `host:port` separated by commas.")
    kafka_topic_prefix: str = Field(default="", description="Put before every topic name.")


@app.command("list")
def show(topic: TopicName) -> None:
    """Show what was set aside of a topic: from where, by which group, why, and whether it was published again."""
    with one_clear_line():
        found = asyncio.run(_of(topic).all())
        for each in found:
            done = "redriven" if each.is_redriven else "waits"
            sys.stdout.write(f"{topic}/{each.partition}@{each.offset}  {done:8}  {each.group}  {each.reason}\n")
        sys.stdout.write(f"{counted(len(found), 'dead letter')} of {topic}\n")


@app.command()
def redrive(topic: TopicName) -> None:
    """Publish again, once each, what was set aside of a topic and not published again yet."""
    with one_clear_line():
        if any(each.name == topic and each.is_compacted for each in topics.ALL):
            raise StartFailure(
                f"{topic} keeps only the newest of each key, which an old record would replace;"
                " use python -m services.ingest republish"
            )
        redriven = asyncio.run(_of(topic).redrive())
        for reason, count in Counter(each.reason for each in redriven).most_common():
            sys.stdout.write(f"{count:6}  {reason}\n")
        sys.stdout.write(f"{counted(len(redriven), 'dead letter')} of {topic} published again\n")


def _of(name: str) -> DeadLetters:
    settings = read_settings(DeadLetterSettings)
    logging.configure("ERROR")
    topic = next((each for each in topics.ALL if each.name == name), None)
    if topic is None:
        raise StartFailure(f"no topic {name}; there are {', '.join(each.name for each in topics.ALL)}")
    return DeadLetters(topic, bootstrap_servers=settings.kafka_bootstrap_servers, prefix=settings.kafka_topic_prefix)


if __name__ == "__main__":
    app()
