"""Training of models. Imports Keras, so the app never imports this."""
