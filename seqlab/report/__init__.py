"""The report and the model card: what a run says to a reader."""
