"""Retries that change nothing: a key chosen by the client names one effect."""
