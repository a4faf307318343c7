"""The office's words for our terms, in Chinese and English."""
