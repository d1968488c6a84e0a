"""What every part of the web stands on: settings, services, clock, database, security, logs."""
