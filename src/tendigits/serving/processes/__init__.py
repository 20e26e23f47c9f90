"""Processes: one that serves until it is asked to stop, and several that share a port."""
