"""Events for the library's own system: written with what causes them, posted until taken."""
