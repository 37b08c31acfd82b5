"""Charts of a plan's period: facts drawn as SVG, and as PNG."""
