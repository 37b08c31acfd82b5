"""Plan versions and the registry of agencies: loaded from folders, kept, published."""
