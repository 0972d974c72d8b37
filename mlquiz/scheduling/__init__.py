"""When is a card due: memory, days, the order of a sitting, and what is to come."""
