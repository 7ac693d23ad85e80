"""DuckDB, and the questions that it is asked about the columns of a batch."""
