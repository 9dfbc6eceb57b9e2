// Package exchange takes the roster in from files and gives it out as files. It
// is a part of the slice roster.
//
// # Taking in
//
// A file of one kind (people, units, posts, tenures, …) goes through three
// passes, none of which keeps more than a few thousand rows in memory: rows
// that contradict each other are found by sorting their keys, on disk when
// there are many; every row is checked and compared with what is held; the good
// ones are written, some thousands at a time, each time one change of the roster
// with one entry of the ledger. Unless only the good rows were asked for,
// nothing is written when the check refuses one row; a row that others make bad
// after that ends the import where it is, and what is in is told.
//
// # What always holds
//
//   - A row that is refused is named by its number, the column, what was given
//     and what is possible.
//   - Nothing is overwritten: a row that differs from what is held is true from
//     its own first day on, or from the day as of which the file is, and what was
//     held about the days before stays. A cell that is empty, or a column that
//     is not there, says nothing and changes nothing.
//   - The same row given again changes nothing, and is counted as same: units
//     and posts are known by their ids, people by NIP, NRK or id, all else by what
//     it is about.
//   - How far an import is is written in the transaction of each batch, beside
//     the SHA-256 of the file. What was cut off goes on where it was.
//   - A NIK is never told back.
package exchange
