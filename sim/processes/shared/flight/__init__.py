"""Why people take flight: who rules, whom they fear, and where ways lead out of the region."""
