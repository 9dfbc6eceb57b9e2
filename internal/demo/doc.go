// Package demo makes a government that does not exist: people with names,
// numbers, careers, ratings and faults, on the units of a real province.
//
// # What always holds
//
//   - The same seed, number of people and day give the same rows, byte for byte.
//   - Nobody in it is real. Names are drawn at random from lists of first and
//     second names; names of candidates are never drawn; no NIK is made up,
//     since it could be somebody's.
//   - No row says anything about anybody's politics.
//   - Who is in it obeys the rules of law that can be checked: ages of retirement,
//     education of posts, years in a post before the next, three months of Plt.
//   - Faults are put in on purpose, counted by Planted, and there are no others.
//
// # How it is made
//
// The tree of units comes from data/demo. Structural posts are filled by a
// simulation of the inaugurations since 2012, with the published dates: who moves,
// moves from a post to a post, so that the history of each post and of each
// person agree. Everybody else is made one by one, from a generator that is
// seeded with their number, and handed on in batches: memory holds one government
// at a time, whatever the number of people.
package demo
