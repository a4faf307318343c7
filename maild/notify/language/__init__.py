"""The two languages of a notice: names, dates, sums and sentences as Chinese or English writes them."""
