"""The use cases: plain values in and out. Nothing here prints, asks or knows the day by itself."""
