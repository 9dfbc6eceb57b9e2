// Package sample draws lots that anybody can draw again.
//
// It is the consistent sampling of R. Rivest ("Consistent Sampling with
// Replacement", arXiv:1808.10016) as its published reference behaves. From a
// seed and an id comes a ticket number, a decimal fraction between 0 and 1; the
// smallest tickets win. A ticket depends on the seed and on its own id alone, so
// the order of the list does not matter, a sample can be made longer without
// drawing anew, and lists that overlap give samples that overlap.
//
// Ticket numbers are texts: "0." and decimal digits, compared from left to
// right. Ids and seeds are taken exactly as given; two that look alike and
// differ in a byte are two.
//
//   - Uniform(s) is SHA-256 of s as lower-case hexadecimal digits, read as an
//     integer, written in decimal with zeros on the left up to 64 digits, turned
//     round, after "0.".
//   - The first ticket of an id is Uniform(hex(seed) + id), of generation 1.
//   - The next ticket of the same id, when it is put back, lies evenly between
//     the one it had and 1; see Next.
//   - Of tickets alike the one with the smaller id comes first, then the one of
//     the smaller generation. SHA-256 makes that a matter of principle.
//
// It is pure: no clock, no source of randomness, no file.
package sample
