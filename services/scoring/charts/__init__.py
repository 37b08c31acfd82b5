"""The picture of a plan’s period: what agencies reached, and their standings over time."""
