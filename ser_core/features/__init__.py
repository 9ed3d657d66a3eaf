"""Features: what a model or a picture sees of a clip."""
