"""What else news calls things: word lists that the word search and the engines share."""
