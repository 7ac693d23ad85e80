"""Judgements about a column by the kinds of its cells: its type, its form, its traits."""
