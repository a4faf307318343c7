"""A mail's HTML and source made fit to be seen: what could run, fetch, cover or deceive is gone."""
