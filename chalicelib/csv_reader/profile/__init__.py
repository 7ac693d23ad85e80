"""The profile of the columns, over every row."""
