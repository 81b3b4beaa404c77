"""Industry clustering (产业集聚): agglomeration, specialisation and 同质化 between zones."""
