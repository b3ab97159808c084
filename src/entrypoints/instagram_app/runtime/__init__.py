"""Processes: how they start, what they run, and how they end."""
