"""Cassandra and Scylla: what has to scale by adding nodes."""
