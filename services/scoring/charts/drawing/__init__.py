"""Draws the picture with matplotlib: the same facts give the same bytes. A service process never loads it."""

from services.scoring.charts.drawing.figure import drawn

__all__ = ["drawn"]
