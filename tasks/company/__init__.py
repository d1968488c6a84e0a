"""What concerns the company as a whole: remarks as work, quick fixes, the self-assessment."""
