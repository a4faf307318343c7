"""The review queue's pages: its list, one item with what helps to decide it, and the lists beside it."""
