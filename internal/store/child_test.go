package store_test

func child(string, []string) int { return 2 }
