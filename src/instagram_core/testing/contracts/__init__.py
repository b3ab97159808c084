"""One contract per port, in files named as the capabilities are."""
