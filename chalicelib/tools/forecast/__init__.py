"""Forecasts: a module for each tool's misreadings."""
