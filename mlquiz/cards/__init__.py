"""What a deck is: the kinds of card, loading, checking with line and column, the library of decks."""
