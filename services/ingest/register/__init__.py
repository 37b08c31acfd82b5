"""What was filed, what was refused, what is owed and what was decided, for agencies and the DIC to look up."""
