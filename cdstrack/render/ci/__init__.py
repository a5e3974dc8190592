"""A run of the gate as CI services read it."""
