"""An adapter outside the source tree: likes in SQLite."""
