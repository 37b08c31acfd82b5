"""The files of a plan's folder, checked whole."""
