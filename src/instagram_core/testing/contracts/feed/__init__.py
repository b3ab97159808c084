"""The contracts of feeds: the truth, and the stores that make reading it quick."""
