"""What other tools need to load a file, and would get wrong. No HTTP, no AWS."""
