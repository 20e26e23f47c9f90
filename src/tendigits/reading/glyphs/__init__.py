"""From ink to what may be digits: connected parts, lines of them, cuts, and the pieces between the cuts."""
