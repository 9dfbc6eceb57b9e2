// Package screen reads posts, comments, captions, invitations and official
// prose and says what in them speaks for or against a contestant or a party,
// with the exact words. A person decides: the strongest it says is "mungkin
// memihak", and never without grounds.
//
// # What always holds
//
//   - The same text on the same day has the same report, whoever wrote it.
//   - All contestants are treated alike: no word, weight or rule of this package
//     knows one of them by name. A test swaps them in every text of the corpus.
//   - A contestant is one on the days of the contest only. A slogan before its
//     contest exists, and a name after it is over, say nothing.
//   - Every report has a ground, and every ground its words; "nothing was found"
//     is a ground too, of neutral only.
//   - Any bytes are read in time and memory proportional to their number, up to
//     MaxBytes; a text of which something was left unread is never neutral.
//   - The text is neither kept nor logged.
//
// # How
//
// Letters become words (package letter), words normal forms (aliases, stems,
// figures for letters, held letters, spaced letters, hashtags cut into words),
// words phrases by one pass through a tree of the lexicon, the longest phrase
// at a place winning. Phrases have cues; each sentence is judged by its cues and
// the contestants named in it, and the text by its sentences. docs/screening.md
// tells it in full and holds the measured quality.
//
// # Words
//
//	verdict   hasil saring   partisan mungkin memihak · neutral tidak memihak · unclear belum jelas
//	ground    dasar
//	side      pihak          a contestant of a contest, or a party
package screen
