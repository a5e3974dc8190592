"""The benchmark: ``python -m bench`` measures cdstrack against what its reader would use instead."""
