"""What trainings take: made of recordings once, kept on disk by what the recordings hold."""
