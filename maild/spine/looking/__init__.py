"""What is looked up for a mail: what it names, which requests that may be, and what is proven of its writer."""
