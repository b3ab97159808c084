"""The composition root: which adapters stand behind the ports, and the services made of them.

`opening.py` is where a process starts; it opens the adapters that `relational.py`, `media.py`,
`images.py`, `limits.py` and `timelines.py` offer, and `services.py` wires the core onto them.
"""
