// Package lot is the published file of a draw, and how anybody recomputes it.
//
// The file holds the rules of the programme, what was sealed and when, the
// public randomness, the list in its groups, and who was drawn. Everything that
// can be recomputed from the rest is recomputed: the sums of the list, of the
// groups and of the rules, the beacon's signature, the seed, the quotas, the
// tickets and their order. What cannot (a moment, a number in the record) is
// under a sum of its own. The file has one form only: an altered character is
// either no file any more, or is found by one of the checks, which names the part
// where it stands.
//
// A file that somebody made anew from end to end is in order by itself. That it
// is the one that was published is told by the record, whose entries name the
// sums of the list, of the groups and of the rules before the randomness existed,
// and the sum of the file after the draw.
package lot
