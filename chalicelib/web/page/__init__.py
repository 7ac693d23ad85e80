"""The web page: markup, styles and script, and what serves them."""
