"""Who may see what: one policy that every surface asks."""
