"""What `instagram demo` fills the system with: the same people and pictures every time."""
