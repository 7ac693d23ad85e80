"""From questions to answers: the API's, and the page that asks it."""
