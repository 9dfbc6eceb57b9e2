// Package arch holds no code: its tests keep the rules of the house that a
// compiler does not know. Which package may import which, which may see an
// outside module, which words may not stand in a slice, and that what the
// documents name exists.
package arch
