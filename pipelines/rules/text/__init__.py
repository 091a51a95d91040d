"""Text: folded tokens and sentences, by their offsets in the original."""
