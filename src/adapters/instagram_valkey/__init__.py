"""Valkey: what is shared between processes and may be lost."""
