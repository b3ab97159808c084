"""The domain of a photo sharing system: capabilities, ports and their reference implementations."""
