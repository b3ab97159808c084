"""What a process tells of itself: its log, and numbers for Prometheus."""
