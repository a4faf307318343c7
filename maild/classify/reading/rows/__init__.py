"""A provider's mail about several requests, divided: what it says of each stands in its row, line or sentence."""
