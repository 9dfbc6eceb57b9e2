// Package callup calls officials by lot to present their own duties, in a way
// that anybody can check and nobody can steer.
//
// # What people do with it
//
// The governor's office writes a programme: who can be called, how often, how
// many, in which groups, with how many hours of notice, and what excuses. Each
// time, the list of those who can be called is sealed in the record together with
// the rules and with a source of randomness that lies in the future. When the
// moment has come, the randomness is handed in: the signature of the announced
// round of drand, by anybody at all, since it proves itself; or dice rolled before
// witnesses, typed by two people. The draw follows at once, by the rules, and its
// file is published. Who was drawn is summoned with short notice, acknowledges, or
// is excused by rule, and the next in the same order steps in. A panel that has no
// ties to the official asks questions that were drawn from the duties of their own
// post, scores blind, and the official reads the result first and can reply before
// it is filed.
//
// # States
//
//	round:  sealed → drawn, or sealed → void
//	call:   called → acknowledged → open → scored → told → filed
//	        called, acknowledged → excused, or absent
//	        passed: not called, since the office's other head was
//
// # What always holds
//
//   - What is drawn is a function of the sealed list, the sealed rules and the
//     public randomness. Nobody has a choice in it after the seal.
//   - The announced moment is later than the seal; a round of the beacon that
//     existed at the seal is refused.
//   - A list or rules that are no longer those of the seal draw nothing.
//   - A round becomes void only on a ground of the rules: a wrong list, while
//     nobody can know the randomness; a source that stayed away until the time set;
//     a list that is not the sealed one any more. The randomness of a void round
//     can still be handed in, and then everybody sees whom it would have drawn.
//   - Of the head and the acting head of one office, one is called at a time.
//   - Nobody sees the scores of others before all are in, and nobody the result
//     before the official had it.
//
// # Words
//
//	programme        program paparan
//	round            putaran undian
//	call, summons    panggilan
//	group            kelompok (stratum)
//	excuse           halangan menurut aturan
//	panel            panel penilai
//	rubric           rubrik
//	acting head      Plt, Plh
package callup
