"""HTML and CSS: to lines of text, what is hidden left out and named; what no parser should be given is told first."""
