"""What is in the columns, of every row."""
