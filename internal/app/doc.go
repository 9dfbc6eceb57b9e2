// Package app puts Netral together: it is the only package that knows all
// others. It reads the command line and the environment, opens the database and
// the log, wires the slices to one another, and serves.
package app
