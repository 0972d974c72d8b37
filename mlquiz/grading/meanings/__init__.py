"""Random meanings of the declared symbols, and the conditions that they fulfil."""
