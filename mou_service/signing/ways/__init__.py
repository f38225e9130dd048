"""How somebody signs: at the table, behind a personal link, signed in, or elsewhere with an own certificate."""
