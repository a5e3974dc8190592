"""Completion on the command line: what may stand where somebody pressed Tab.

It has to answer before the finger is off the key, so nothing here imports typer, pydantic or the
models. The commands and options come from ``table.json``, which ``make table`` writes.
"""
