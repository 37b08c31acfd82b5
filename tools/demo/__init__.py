"""`make demo`: a plan's whole year on the embedded system, played by synthetic agencies over HTTP."""
