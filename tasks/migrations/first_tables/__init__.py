"""The tables of revision crm0005, in the order in which they need each other."""
