"""Posts: what people share, from upload to deletion."""
