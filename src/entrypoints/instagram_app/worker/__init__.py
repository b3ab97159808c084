"""What happens after the answer: handlers of events, schedules, and the loop that runs them."""
