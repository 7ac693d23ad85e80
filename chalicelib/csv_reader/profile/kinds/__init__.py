"""Kinds of cells: how each is recognized, in Python and in SQL."""
