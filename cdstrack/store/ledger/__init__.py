"""progress.jsonl: lines that are read fast, and appended one write at a time."""
