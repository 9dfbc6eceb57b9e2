// Package calendar keeps the election calendar: which contests there are, when
// each of their stages begins and ends, and who runs, by edition and with
// source and confidence.
//
// # What an officer does with it
//
// Looks up what holds on a day ("Kalender"), sees what changes on a day
// ("Perubahan": stages, standings, and which answers of "Bolehkah saya …?"
// flip), and subscribes to the dates ("kalender.ics"). When KPU moves a date,
// the officer copies the edition in force, changes it, and amends. The old
// edition stays and can be read; the ledger says who amended, when and why.
//
// # What always holds
//
//   - An edition never changes. It is known by its id and the SHA-256 of its
//     file; the one that Netral carries inside is the first.
//
//   - Each edition names the one before it, so editions form one line. The last
//     is in force.
//
//   - A file with a wrong date, an overlap, an unknown word or a doubled id is
//     refused with file and line, and the edition before it stays in force.
//
//   - Days are Jakarta days. A stage "from 11 to 13 February" is held as
//     [11 February, 14 February): it begins and ends at midnight WIB.
//
//   - A date of the calendar is public. Nothing in this package is about the
//     person who asks.
//
//   - A calendar program that has subscribed is never left with an old date: an
//     event keeps its UID for ever, its SEQUENCE rises when an edition says
//     something else, and what an edition no longer has is CANCELLED.
//
//   - Only a contest that takes place binds anybody. A second round is a
//     contingent contest: it lays its campaign over the days of the contest it
//     follows and changes nobody's standing.
//
// # Editions that Netral carries
//
// The first edition comes with the program and is kept in the database when the
// first amendment follows it. A later program may carry a later edition: if that
// one names the last of the line as the one before, it is in force from then on;
// if not, the line of the database goes on and the carried one is not used.
//
// # Words
//
//	contest        pemilihan           a post being filled: President, DPR, Governor
//	stage          tahapan             one line of the KPU schedule
//	phase          –                   the part a stage plays for the rules of conduct
//	contestant     peserta             a pair, or a party
//	hopeful        bakal calon         before KPU's determination
//	determination  penetapan           from that day on: calon, pasangan calon
//	quiet period   masa tenang
//	amend          menerbitkan edisi   put a new edition in force
//
// The rules of conduct see the calendar only as a rule.Timeline (Edition's
// method Timeline), and the reader of questions only as names (Names).
package calendar
