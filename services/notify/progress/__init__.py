"""What notify keeps of plans, agencies and their progress, as the events tell it."""
