// Package token lets programs in: tokens of the API, and keys with which a
// program may send the same write twice and have it done once.
//
// # Tokens
//
// Somebody who is signed in makes a token for one purpose, chooses what it may
// do, and for how long, at most a year. It is shown once. With it a program
// acts as its owner, with the roles that the owner has on the day of the
// request, narrowed to what was chosen. It cannot make tokens, give roles or
// touch accounts. It ends on its day, when it is revoked, or when its owner is
// no longer let in.
//
// What always holds:
//
//   - The token is not kept, only its SHA-256. It has 178 random bits, so there
//     is nothing to guess and no need for a slow hash.
//   - It begins with "nt_" and ends in a checksum, so that scanners of source
//     code find one that leaked and do not cry at what only looks like one.
//   - Making and revoking are in the ledger; so is, once a day, that somebody
//     still shows a token that has ended.
//   - Of use only the last day is kept. It says whether a token is still
//     needed, and not when somebody works.
//   - Whoever shows a wrong token does not learn what is wrong with it.
//
// # Idempotency keys
//
// A write with the header Idempotency-Key is done once in 24 hours: sent again
// with the same body it is answered as before, with another body it is
// refused. When the process died in the middle nobody knows whether the write
// was done, and the key says so rather than do it twice.
//
// Cursors of lists are in package cursor, versions of things (ETag, If-Match)
// in package version.
package token
