"""From templates and values to the bytes of a mail."""
