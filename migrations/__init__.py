"""Schema migrations, one branch per service, run by a one-shot program and never by a service."""
