"""Which rows of a batch a person looks at, so that it is known how far the others can be trusted, and their page."""
