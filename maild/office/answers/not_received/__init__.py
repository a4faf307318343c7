"""'It says ended, but I have nothing': what was really sent, what is decided, and what is written to it."""
