"""The language of the topics: plain pydantic models, importing nothing of ours but each other."""
