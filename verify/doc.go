// Package verify checks Netral from outside, with programs and libraries that
// we did not write. It is a module of its own so that what those need never
// decides what the product is built with.
//
// The tests here start the real thing (the ledger in a database, served over
// HTTP) and hand it to
//   - fsck of transparency-dev/tessera, which reads the whole log and
//     recomputes it,
//   - the tlog client and the proof checker of filippo.io/torchwood,
//   - litewitness, a witness in daily use, built from source and run with its
//     key in an ssh-agent (the package openssh-client is needed).
//
// Each of them must accept the log as it is and refuse it after one byte was
// changed.
//
// Modules below this one have what would quarrel over versions here: mail (a
// mail receiver) and signon (an OpenID provider).
package verify
