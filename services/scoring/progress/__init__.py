"""Progress: how agencies stand, kept, announced and answered."""
