"""Pages for people: each handler gathers what its template draws."""
