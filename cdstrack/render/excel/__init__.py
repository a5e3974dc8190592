"""Workbooks: the export, and the form for a clerk."""
