"""Dead letters: records that were set aside, and publishing them again."""
