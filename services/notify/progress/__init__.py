"""Plans, agencies, their progress and what they reach together, stored from events."""
