"""What the services share: the language (events) and the plumbing (runtime), never the rules."""
