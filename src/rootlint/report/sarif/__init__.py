"""SARIF 2.1.0 in two profiles: what code hosts take, and the whole report for the archive."""
