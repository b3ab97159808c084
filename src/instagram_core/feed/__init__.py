"""The home feed: posts of oneself and of those one follows, complete and in order."""
