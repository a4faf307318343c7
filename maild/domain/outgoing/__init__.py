"""What we send: notices, events, whether addresses are reached, what the server answered."""
