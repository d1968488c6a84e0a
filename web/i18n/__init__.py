"""The reader's language: texts, labels, numbers, dates and calendars."""
