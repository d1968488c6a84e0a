"""What customers allow, and how they like to be contacted."""
