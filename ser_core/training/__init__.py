"""Training of the networks. Imports Keras, so the app never imports this."""
