"""How far a payment has come, as its page says: what state it is in, what was booked, and the steps it went."""
