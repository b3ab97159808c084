"""What operators decide: every setting, where its value came from, and why it is refused."""
