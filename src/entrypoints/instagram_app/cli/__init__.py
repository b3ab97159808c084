"""The command `instagram`. Modules here stay light: a command imports the app when it runs."""
