// Command netral runs a government's neutrality and merit programme: see
// netral help.
package main

import (
	"os"

	"netral/internal/app"
)

func main() {
	os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
