"""What we compare ourselves to, each written as its own documentation would have it."""
