"""The one error of this tool: a sentence for the person who typed the command."""


class KafkaError(Exception):
    """Something outside this tool is missing or in the way; the message says what would help."""
