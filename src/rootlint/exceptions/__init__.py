"""What a run is told to let pass: waivers and a baseline mark findings and delete none; parameters may only be stricter."""
