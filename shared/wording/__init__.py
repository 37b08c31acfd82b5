"""How what people read is worded and put in order: pure, for every service the same."""
