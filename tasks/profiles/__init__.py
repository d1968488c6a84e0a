"""What we would like to know of customers, and what they told us."""
