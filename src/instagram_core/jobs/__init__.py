"""Work that is done after the answer: the queue, its workers' rules and its schedules."""
