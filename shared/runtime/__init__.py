"""The plumbing every service stands on: settings, clock, database, outbox, inbox, Kafka, health."""
