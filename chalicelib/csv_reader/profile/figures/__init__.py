"""Figures of a column, from evidence and sketches that add up to its profile."""
