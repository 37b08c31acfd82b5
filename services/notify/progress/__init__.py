"""Plans, agencies and their progress, stored from events."""
