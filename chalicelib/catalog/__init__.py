"""Records of the files, kept in a table, and found by name and by three indexes."""
