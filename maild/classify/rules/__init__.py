"""Rules: read from files, checked, their patterns compiled, tried on a mail."""
