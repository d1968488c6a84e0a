"""Welcoming: new customers are identified, welcomed and watched over for their first 90 days."""
