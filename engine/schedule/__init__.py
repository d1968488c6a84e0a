"""When things are due: cron, ISO 8601 dates, durations and cycles. Pure; reads no clock."""
