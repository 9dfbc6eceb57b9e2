// Package ask answers "Bolehkah saya …?": may I do this, on this day, and why.
//
// # What a person does with it
//
// Types the question in everyday words, or answers one question after the
// other. Sees the answer, the rule and the article, the facts it rests on as
// chips that can be changed, what to do instead, what would change the answer,
// and how it runs over the stages of the election. Takes a slip along that
// proves what was asked and answered, if they want one.
//
// # What always holds
//
//   - An answer is a function of the facts, the day, the edition of the conduct
//     book and the edition of the calendar. The same question on the same day
//     has the same answer on the page, over the API and at the command line.
//   - Every fact says where it comes from: given by the person, read from their
//     words, derived from the day, or assumed. What is given is never
//     overwritten; an assumption is shown and can be changed.
//   - Asking writes nothing: no text, no answer, no trace. Only a slip that
//     somebody asks for is kept, without their name and, unless they want
//     otherwise, without their words.
//   - Answers to personal questions travel in bodies, never in addresses, and
//     are never logged.
//   - An edition of the book with a gap, a conflict, an example that fails or a
//     rule without an article is not adopted; the edition before it stays.
//   - The strongest word is "prohibited"; a breach is "possible", and a person
//     decides.
//
// # Words
//
//	question      pertanyaan
//	facts         keadaan         what the answer depends on
//	slip          slip, bukti     signed proof of a question and its answer
//	edition       edisi           one issue of the conduct book
//	adopt         memberlakukan   put an edition in force
//	outcome       hasil           allowed boleh · conditional boleh dengan syarat ·
//	                              caution hati-hati · prohibited dilarang · outside di luar buku
//
// Source of the rules: see rules/id-asn. Of the dates: see package calendar,
// which this package knows only as a rule.Timeline.
package ask
