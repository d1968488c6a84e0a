"""Figures the CRM computes: pure functions over plain values; no database, no clock, no engine."""
