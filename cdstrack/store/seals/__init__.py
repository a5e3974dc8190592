"""Seals as files, and the signatures that others put under them."""
