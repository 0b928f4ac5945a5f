"""The kinds of faults, by layer. Each breaks a mechanism; what follows follows by itself."""
