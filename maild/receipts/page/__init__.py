"""What is read of a page of text: fields, sums, days, parties, purposes."""
