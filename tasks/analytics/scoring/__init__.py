"""The nightly scoring of all customers at once: typed arrays in, typed arrays out; no database."""
