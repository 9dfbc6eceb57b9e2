// Package invite reads invitations before anybody goes: who invites, on which
// day, with which words; it takes them to the official who has to decide, makes
// the letter that lets people go, and asks afterwards how it was.
//
// # What people do with it
//
// Whoever gets an invitation types it in. It is vetted at once: the conduct
// book, the words of the paper, the stage of the calendar on the day of the
// event, what the register knows of the organiser and how its earlier events
// went. Every ground quotes what it rests on. Nothing is decided by it.
//
// The official whom the route names (data/permit/route.json) disposes: who goes,
// under which instruction, or that nobody goes. They, or who stands in for them
// on that day, sign the letter; with the signature it gets its number. Who was
// assigned reads it, goes, leaves when party flags appear, and fills in a return
// slip. The inspector sees whose events turned partisan and which offices never
// return slips.
//
// When the system is down, an office writes letters from its reserve of numbers,
// and enters them afterwards.
//
// # States of an invitation
//
//	entered    vetted, waits for a disposition      whoever entered it may amend or withdraw it
//	disposed   somebody decided                     the decider may take it back while nobody read it
//	lettered   a letter is signed                   the signer may withdraw or replace the letter
//	done       every slip is in, or the letter was closed without
//	withdrawn  with a reason
//
// # What always holds
//
//   - An invitation is entered once: same organiser, day and subject to the same
//     unit is refused, and the first is shown.
//   - Who disposes or signs holds the post on that day, or stands in for its
//     holder, or was lent the power in writing (UU 30/2014 art. 14); both names
//     stand on the paper. While somebody stands in (Plh), the holder does not.
//   - Nobody disposes of or signs for the invitation of a relative, nor their own
//     (UU 30/2014 art. 42 and 43).
//   - One disposition is live for an invitation. Who comes second is refused and
//     sees both.
//   - Going against a ban or a warning of the vetting needs a written reason.
//   - Letters of an office are numbered within a year without gaps or doubles:
//     the number is given in the transaction of the signature. A number that is
//     held in reserve is free, used or void, and shown as that.
//   - What a letter says does not change after the signature. It can be withdrawn
//     or replaced by another, and both remain to be seen.
//   - A letter ends with the day of the event.
//
// # Words
//
//	invitation   undangan                 organiser      penyelenggara
//	vetting      telaah undangan          ground         dasar
//	disposition  disposisi                instruction    instruksi
//	assignment letter  surat tugas        refusal letter surat jawaban tidak dapat hadir
//	return slip  slip kembali             reserve        cadangan nomor
//	to stand in  Plt, Plh                 lent power     mandat (a.n.)
//	seat         jabatan yang mendisposisi
package invite
