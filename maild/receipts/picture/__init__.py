"""What is seen in a picture: text by OCR, codes, stamps, ink, and how it lies."""
