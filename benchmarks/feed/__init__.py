"""The home feed: what it promises, against bare floors and peers in the same run."""
