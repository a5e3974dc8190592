"""cdstrack: a register and referee of public commitments."""

__version__ = "0.1.0"
