"""The embedded default: PostgreSQL, a broker and a mail catcher that start and stop with the process."""
