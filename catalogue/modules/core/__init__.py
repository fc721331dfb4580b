"""Steps that only think: values, texts, choices, answers."""
