"""What follows from what happened in a step: waits, call activities, messages, signals."""
