"""Load statements for other tools, and forecasts of what these get wrong. No HTTP, no AWS."""
