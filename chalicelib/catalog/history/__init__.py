"""Versions, schemas, changes and datasets: what is kept of each accepted write."""
