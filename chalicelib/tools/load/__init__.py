"""Load statements: a module for each tool."""
