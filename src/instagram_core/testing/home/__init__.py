"""What proves the home feed as a whole: the obvious model, processes to drive, a read judged."""
