"""Search by questionnaire: reading the items of a file or of text, and ranking studies by how many of them they hold."""
