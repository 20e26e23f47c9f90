"""A batch that a Ray cluster reads: blocks by number, as worker processes read them, and kept by who asked for them."""
