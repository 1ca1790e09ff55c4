"""What operators see: who may come in, what people reported, what was not found, what waits for a judgement."""
