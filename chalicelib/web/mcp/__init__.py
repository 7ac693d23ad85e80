"""The catalog's questions as tools of the Model Context Protocol."""
