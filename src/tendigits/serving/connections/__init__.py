"""Connections: how long a client may take, how much it may send before it says what it wants, and how they end."""
