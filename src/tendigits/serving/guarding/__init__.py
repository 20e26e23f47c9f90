"""What each request is asked before the app sees it: by which name, from which page, and with how large a body."""
