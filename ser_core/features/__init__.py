"""Features: what a model or a picture sees of a clip. One file a feature set."""
