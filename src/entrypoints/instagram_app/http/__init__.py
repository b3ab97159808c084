"""The system over HTTP: parse, call one service, present."""
