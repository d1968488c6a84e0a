"""Contracts: signed, coming to an end, cancelled."""
