// Package signon checks single sign-on with an OpenID provider that we did not
// write: dex, on this machine, with its own pages, its own store of people and
// its own checks. It is a module of its own so that what dex needs never
// decides what the product is built with.
package signon
