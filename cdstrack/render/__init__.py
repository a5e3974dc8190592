"""What it looks like: neutral views, then terminal, data and SVG. Formats return text."""
