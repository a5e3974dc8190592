"""targets.yaml and the waivers: YAML with places, read into models."""
