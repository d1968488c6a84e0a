"""What a new installation starts with: standards, the catalogue, the demo company."""
