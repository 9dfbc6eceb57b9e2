// Package vault seals what only some people may read, and opens it for them.
//
// Whoever may read has a key pair. Things are sealed to the public halves, so
// the process that takes in a report cannot read it a moment later, and a copy
// of the database says nothing. The private halves are in the database as well,
// each locked under its owner's password; unlocked, they live in the memory of
// a Holder and nowhere else.
//
//	readers, err := v.Readers(ctx, tx, "ethics-1", "ethics-2")          // in a Read
//	sealed, err := v.Seal(vault.Place{"watch_report", "body", id}, readers, text)
//	…                                                                   // in the Write that stores it:
//	if err := readers.Current(ctx, tx); err != nil { return err }
//
//	holder, err := v.Unlock(ctx, who, password)
//	text, err := v.Open(ctx, holder, place, sealed, "Pemeriksaan perkara 12/2026")
//
// Three forms, for three sizes: Seal for a text, SealTo for a file of any size
// in bounded memory, Batch for a column of many small values.
//
// What always holds:
//
//   - A sealed value opens in its place (table, column, row) only. Moved,
//     shortened, changed or forged, it is refused.
//   - Only post-quantum recipients (ML-KEM-768 with X25519): what is copied
//     today must still be shut when there are other computers.
//   - No opening without a reason, and none that is not in the ledger, with who,
//     what and why, before a byte is given out; failed ones too.
//   - Everything is also sealed to a recovery pair, whose secret is split among
//     n custodians; any k of them bring it back, k−1 have nothing.
//   - A key pair can be replaced at any time. What was sealed to the old one
//     opens until it is rewrapped; then the old secret is erased.
//   - What a person with the database alone can do: delete, and see who may
//     read and how much. docs/vault.md has the table.
//
// Words: brankas (vault), segel (seal), pembaca (reader), pemegang kunci
// pemulihan (custodian), kuorum (quorum), alasan (reason).
package vault
