// Package mail checks our outgoing mail with a receiver that we did not write:
// mailpit, built from source, started on this machine, asked over its own API
// what it got. It is a module of its own so that what mailpit needs never
// decides what the product is built with.
package mail
