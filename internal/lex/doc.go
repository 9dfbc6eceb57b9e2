// Package lex reads a question in everyday Indonesian or English into facts of
// a rule book: who asks, what is done, about whom, for which contest, and on
// which day. It uses no model and no network: a lexicon of words and phrases
// (data), a stemmer, the names in the election calendar, and fixed rules that
// say which finding wins. The same text always gives the same reading, and each
// fact carries the words it rests on.
//
// # What always holds
//
//   - Nothing is guessed. A fact that the words do not state is not in the
//     reading; whoever asked is asked for it.
//   - A fact and its value exist in the book the lexicon was loaded with. A
//     lexicon that names any other is refused, with file and line.
//   - Facts that the book derives from the day (stage, standing) never enter
//     Facts. Words that speak of them enter Hints: they help to choose a day.
//   - Any bytes at all are read in bounded time and memory: at most MaxRunes
//     runes and MaxBytes bytes are looked at, and the matcher has a fixed number
//     of steps. Reading.Cut says that something was left unread.
//   - A Reader does not change and may be used by many goroutines. The text is
//     not kept and not logged.
//
// # How
//
// Text becomes tokens (normal forms of words with the bytes they came from),
// tokens become symbols (a word, a stem, a class of words, a name), phrases of
// symbols become findings, and findings are weighed against one another.
// docs/reading.md tells it in full and holds the measured quality.
package lex
