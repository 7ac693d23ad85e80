"""Detection of how a file is to be read, by its first 64 KiB."""
