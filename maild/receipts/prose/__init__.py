"""Lines of a page that are neither label nor value: small print, hints, steps, and what of them stops a payment."""
