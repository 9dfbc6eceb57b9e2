// Package ledger keeps the record that nobody can change unseen.
//
// A Book is the only way in which a slice changes the database: the function
// given to Write returns the entry that says what happened, and entry and
// change commit together or not at all. The entries are the leaves of a Merkle
// tree (RFC 6962); every commit signs the tree as it then is. Whoever holds one
// of those signatures, on a paper or as a witness, can show later whether the
// log still tells the same story.
//
// What the world sees of an entry is its leaf: a few lines with the kind, the
// hour and a salted commitment to the body (Leaf). The body (who, about what,
// what exactly, when exactly) and the salt stay in the database. To erase an
// entry is to delete both, for good: the commitment that remains says nothing
// without the salt, and the tree stays as it was (UU 27/2022 on personal data
// asks for the first, an auditor for the second).
//
// What always holds:
//   - Entry n is in the tree exactly when its change is in the database.
//   - Entries have no gaps and are never reordered.
//   - Each commit that wrote an entry left a signed checkpoint of the tree.
//   - An erased entry has a later entry that says who erased it and why.
//   - Nothing is signed before the tree it continues was compared with the last
//     signature.
//
// Verify recomputes all of it from the entries up. The log is served as C2SP
// tlog-tiles (Handler) and written out as files of the same layout (Export), so
// that tools which we did not write check it too. A Proof is a C2SP tlog-proof:
// text that shows offline that a leaf is in a signed tree.
//
// What it cannot do: somebody who holds both the database and the signing key
// can write another history. It is found only by comparing with a checkpoint
// kept elsewhere: a paper that was handed out, an export, a witness (Cosign).
package ledger
