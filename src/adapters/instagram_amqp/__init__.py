"""RabbitMQ: jobs on their way through a broker."""
