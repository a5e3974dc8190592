"""Bringing commitments in: what documents and sheets promise, drafted as entries for review."""
