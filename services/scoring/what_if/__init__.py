"""What-if: tries a change of a plan on what was filed; nothing is written."""
