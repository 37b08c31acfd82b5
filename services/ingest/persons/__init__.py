"""Who may do what: the API keys of agencies."""
