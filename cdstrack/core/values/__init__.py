"""From reports to values: which reports are in force, and what they come to."""
