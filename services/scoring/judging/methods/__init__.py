"""The methods by which a plan can have an indicator judged: one file and one public function each."""
