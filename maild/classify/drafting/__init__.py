"""A rule drafted from a mail and from what somebody pointed at in it."""
