"""HTTP: the port, the guard before and after every answer, bodies, threads, events."""
