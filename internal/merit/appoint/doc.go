// Package appoint installs officials: from a list of proposals to the day on
// which posts change hands, so that anybody can check the whole of it.
//
// # What people do with it
//
// The personnel office opens a batch (a ceremony), puts proposals into it, has
// them assessed, and files the approvals. Whatever still stands in the way is
// said first, with its rule and its remedy. The authority signs; with the
// signature the decree gets its number, and the roster proof is published.
// On the day of the oath people check in with the code of their extract; who is
// absent is written down with the reason. On the effective date the tenures of
// all who took the oath change in one act.
//
// # States
//
//	draft      proposals, minutes, approvals        personnel office
//	signed     numbered; check-in and oath           authority signs
//	done       every post of the decree has changed  personnel office
//	cancelled  with a reason; a number stays used    personnel office before, authority after the signature
//
// # What always holds
//
//   - A person stands once in a batch, a post once.
//   - A post that is proposed exists on the effective date and is free on it: it
//     is vacant, or its holder leaves it in the same batch.
//   - Nobody proposes a relative or themselves. An assessor or the authority who
//     is a relative of a candidate stands back for that post, and somebody else,
//     named, takes their place (UU 30/2014 art. 42 and 43).
//   - Nothing is signed while a person is not eligible and not excepted with a
//     reason, or while an approval is missing that a condition of the law asks
//     for. Conditions are data: data/appoint/conditions.json.
//   - Minutes and approvals are about the list as it was: who is added later was
//     neither assessed nor approved, and they lapse. Likewise an exception, when
//     the verdict becomes another.
//   - Decrees of a year are numbered without gaps: the number is given in the
//     transaction of the signature.
//   - Every change names the version of the batch that its author saw. Whoever
//     comes too late is refused, and reads both versions.
//   - Kinds of transition are derived from the record, never typed.
//
// # Words
//
//	batch       daftar pelantikan
//	proposal    usulan
//	minutes     berita acara penilaian
//	approval    pertimbangan teknis BKN, persetujuan Mendagri
//	authority   pejabat pembina kepegawaian; definitive or acting (Pj) governor
//	decree      keputusan (SK); extract: petikan
//	officiant   pejabat yang mengambil sumpah
//	promotion, rotation, transfer, demotion, confirmation, first
//	            promosi, rotasi, mutasi, demosi, pengukuhan, pengangkatan pertama
package appoint
