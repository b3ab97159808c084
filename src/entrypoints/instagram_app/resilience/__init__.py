"""What keeps a server that is slow or gone from taking the process with it."""
