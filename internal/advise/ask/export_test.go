package ask

// Topics shows the topics to tests.
func Topics() []topic { return topics() }

// CleanNumber shows how typed numbers are read.
func CleanNumber(s string) (string, bool) { return cleanNumber(s) }
