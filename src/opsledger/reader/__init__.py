"""Document -> blocks -> items -> proposed terms with spans; lint of a contract. Pure Python."""
