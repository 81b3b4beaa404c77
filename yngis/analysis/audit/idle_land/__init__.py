"""Idle land (闲置土地): the words, the rules, the facts of a record and what follows from them."""
