"""Outgoing HTTP that cannot be turned against our own network, and signatures of webhooks."""
