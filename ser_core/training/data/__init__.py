"""Training data: computed from recordings once, and kept on disk by their content."""
