// Package screening reads a text that somebody pastes and says what in it speaks
// for or against a contestant or a party, with the words.
//
// # What a person does with it
//
// Pastes a post, a caption, an invitation or a letter, says on which day it is
// to be read, and sees: "mungkin memihak", "tidak memihak" or "belum jelas"; the
// words that this rests on, marked in the text; whom it is about; who calls,
// where and when; and what is asked for. They decide.
//
// # What always holds
//
//   - Nothing is written: not the text, not the answer, no trace. The text
//     travels in bodies, never in addresses, and is never logged.
//   - The page, the API and the command line say the same of the same text on
//     the same day.
//   - No verdict without grounds, and each ground with its words.
//   - It accuses nobody: the strongest word is "mungkin", and every answer says
//     that a person decides and how often the reader is wrong.
//
// # Words
//
//	text      teks      verdict  hasil   ground  dasar
//	side      pihak     a contestant, or a party
//
// The reading itself is package lex/screen; docs/screening.md has its measured
// quality.
package screening
