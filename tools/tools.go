//go:build tools

// Package tools pins the programs that write generated files and check the
// source. They live in a module of their own so that they never bend the
// versions of the product.
package tools
