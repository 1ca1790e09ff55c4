"""What a catalogue is, declared: one YAML file a source."""
