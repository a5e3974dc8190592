"""What a commitment is and how it is judged: pure functions, no I/O, no clock, no locale."""
