"""From an image to digits; so far: from whatever a user hands over to pixels."""
