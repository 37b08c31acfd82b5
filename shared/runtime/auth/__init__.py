"""Keys: their form, whom they belong to, and signed links."""
