"""Sheets that came back: archives under limits, cells as values."""
