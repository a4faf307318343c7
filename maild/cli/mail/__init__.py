"""Commands on the post: folders that are read, senders, notices and where they go."""
