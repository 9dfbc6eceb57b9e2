// Package sheet reads and writes tables as people keep them: CSV as it comes
// out of whatever program, and XLSX. Both ways a row at a time: memory does not
// grow with the file.
//
// A file is looked at before it is read. What it is decides its beginning, not
// its name. CSV may be UTF-8 (with or without a mark), UTF-16 or Windows-1252,
// and may be parted by comma, semicolon or tab; what was found is told, so that
// a person can see when it was guessed wrong. An XLSX is refused by the sizes in
// its directory before anything is unpacked.
//
// What is written is safe to open: no cell of it is taken for a formula. What
// makes it safe is taken off again when such a file is read, so that a table
// that was written and read is the same.
package sheet
