"""How a file is to be read, judged by its first 64 KiB."""
