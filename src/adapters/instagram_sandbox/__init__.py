"""Processes that may die: where untrusted files are read."""
