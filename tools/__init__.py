"""Programs for people who work on Tiendo: none of them is needed to run it."""
