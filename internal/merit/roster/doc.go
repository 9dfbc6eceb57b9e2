// Package roster knows who serves the government: people, units, posts, who
// held which post from when to when, and what is held about each person.
//
// # What people do with it
//
// An officer finds somebody, also with a misspelt name, and sees who they are,
// which post they hold and held, whom they answer to, on any day. A personnel
// officer mends what is wrong, with a reason. An employee sees everything that
// is held about them, where it comes from and who has looked, and asks for a
// correction on the spot; the office answers within 72 hours. The page of
// quality shows what cannot be true, the worst first, and who can mend it.
//
// # What always holds
//
//   - Nothing is overwritten. Each fact is true on the days [From, Until), and
//     was said in a numbered change; another change may take it back, and then
//     both can still be read, with source and reason.
//   - Each change is one ledger entry that names its number.
//   - What is asked "as of" a day is answered from the facts that stand and are
//     true on that day.
//   - Nobody sees a person, in a page, a list, a search, an export or a count,
//     for whom Allow does not say yes. The one exception is the name of who
//     leads a unit, which the page of the unit tells to everybody who works for
//     the government, as the sign at its door does.
//   - Whoever opens the page of another is written down before the page is
//     shown, and the other can read it.
//   - A NIK is sealed on its way in and is not shown anywhere.
//
// # Words
//
//	unit          unit kerja, perangkat daerah
//	post          jabatan
//	tenure        masa jabatan; definitive, Plt, Plh
//	grade         golongan/ruang
//	level         jenjang jabatan: JPT, administrator, pengawas, …
//	rung          jenjang jabatan fungsional
//	duties        tugas pokok dan fungsi (tupoksi)
//	rating        predikat kinerja
//	mark          hukuman disiplin
//	decree        surat keputusan (SK)
package roster
