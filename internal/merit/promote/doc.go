// Package promote says who may be appointed to which post, on which day, and
// why not yet (S6). It is for the personnel office (BKD), which looks for
// candidates; for the assessment team; and for the employee (pegawai), who asks
// what is still lacking, by when it could be there, and what is not in their
// hands.
//
// # Answers
//
// Law holds the eligibility book (rules/id-jabatan) and the measures by which
// data become its facts. Law.Assess answers for one Record and one Target on
// one day; Columns and Screen answer for everybody. Each of the book's matters
// is one requirement, decided by itself:
//
//	bars      prohibited: not yet; Law.when finds the first day on which it may be otherwise
//	missing   undecided, and could bar: cannot be decided until the datum is there
//	holds     conditional: eligible, and held until a paper or an approval is there
//	warns     caution: eligible
//	met       allowed
//
// The person's Answer is the gravest of them, in the order not_yet, undecided,
// held, eligible. A missing datum is never zero, none or no.
//
// # What is kept
//
// Papers on file (Paper), policies (Decision), short posts set apart (Excused)
// and replies (Reply). Everything else is read from others through function
// types that app fills in: Records, Everybody, PostOf, Vacancies, Appointments,
// Baseline, Whose, Version. Nothing is deleted; a paper is withdrawn with a
// reason, a policy is followed by another.
//
// # What always holds
//
//   - Looking at somebody else leaves an entry; looking at oneself leaves none.
//   - Nobody files a paper, or sets a post apart, for themselves.
//   - Who may not see discipline cases gets answers, dates, lists and counts in
//     which they play no part, and is told so.
//   - A policy never reaches back.
//   - A figure about a person is shown with the person's reply.
//   - The record of promoters flags for a person to look; it convicts nobody.
//
// # Words
//
//	requirement   syarat
//	held          tertahan
//	short post    jabatan yang dipegang sebentar; pejabat gasing
//	set apart     dikecualikan
//	promoter      pengusul, penilai, pemutus
//	policy        kebijakan daerah
//	assessment team  Tim Penilai Kinerja
package promote
