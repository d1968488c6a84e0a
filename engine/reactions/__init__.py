"""What follows from a step: call activities, messages, signals, held loops, suspension."""
