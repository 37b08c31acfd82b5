"""What becomes of a submission after it was accepted: withdrawn by its agency, verified or returned by the DIC."""
