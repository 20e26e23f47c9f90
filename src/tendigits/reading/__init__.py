"""From an image to digits: pixels, ink, what may be a digit, and the most probable text with how far to trust it."""
