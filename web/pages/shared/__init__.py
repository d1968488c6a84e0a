"""What all pages share: the frame, macros, helpers of templates, and what a section is."""
