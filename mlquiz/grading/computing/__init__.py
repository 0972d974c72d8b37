"""The value of a tree in a number system: doubles, many digits, numbers with a derivative."""
