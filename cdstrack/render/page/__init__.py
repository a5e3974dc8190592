"""The register as a site: every page is made of the object that ``export --format json`` prints."""
