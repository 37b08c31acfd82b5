"""Kafka: producer, consumers, topics, dead letters, and the health of all of them."""
