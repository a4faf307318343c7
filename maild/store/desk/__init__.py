"""Lists, searches and figures for staff, and who may see them."""
