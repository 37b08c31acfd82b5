"""Roll-ups: what districts, kinds of agencies, programmes and the province reach together."""
