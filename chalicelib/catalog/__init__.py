"""What is known of the files, and kept: records in a table, found by name and by two indexes."""
