"""Too many messages: who is tired, which campaigns meet at the same people, which caps hold."""
