"""Timelines, authors' recent posts and cached pages on Valkey: losing them loses nothing."""
