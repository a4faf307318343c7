"""The HTTP API: the pages and acts of the console as JSON below /api/v1, and the document that describes them."""
