"""What a file of IATI results has for programs, where the standard has no place for it."""

NAMESPACE = "urn:x-cdstrack:1"
"""Of the elements and attributes that an export adds, and that a draft of it knows again."""
