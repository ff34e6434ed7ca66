"""Training of the shipped NER model: corpora, encoder, training, figures, packing; see `scripts/train_ner.py`."""
