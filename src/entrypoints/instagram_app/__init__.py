"""The bundled app: settings, wiring, HTTP, workers and the command line."""
