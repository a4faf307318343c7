"""Commands of the desk: requests, patrons, registrations, the queue, imports, figures."""
