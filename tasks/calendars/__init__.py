"""Business calendars, and due instants in business time."""
