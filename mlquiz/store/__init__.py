"""What happened: the append-only journal, and the rows derived from it."""
