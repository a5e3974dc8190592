"""The benchmark: ``python -m bench`` compares cdstrack with what a reader would use instead."""
