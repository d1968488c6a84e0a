"""What customers are about to buy: the signals they gave, and how it ended."""
