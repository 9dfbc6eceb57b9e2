// Package identity knows who signs in: accounts, what each may do on which
// day, how they prove who they are, and the sessions that follow from it.
//
// # Words
//
//   - Account (akun): somebody who signs in, with a login of their own. It may
//     belong to a person in the roster. Two accounts of one person count as one
//     wherever two people are asked for.
//   - Grant (penugasan peran): a role that an account holds, in a unit or an
//     area, from a day until a day, for itself or acting for another (Plt, Plh).
//   - Session (sesi): a browser that has signed in. It ends after an idle time,
//     at the latest after an absolute time, or when somebody ends it.
//   - Second factor (faktor kedua): a code that changes every 30 seconds
//     (TOTP), or one of ten recovery codes (kode cadangan).
//   - Passkey (kunci sandi): a key pair in the person's device.
//   - Recovery (pemulihan): how somebody who has lost everything comes back in,
//     with the help of two administrators.
//
// # What always holds
//
//   - Only hashes of tokens, codes and passwords are kept.
//   - Whoever signs in with a password shows a second factor, too; who has none
//     yet may do nothing but set one up.
//   - No answer says which part of a sign-in was wrong, and an unknown login
//     takes as long as a known one.
//   - A token, a code, a step of TOTP, a link counts once.
//   - Nothing locks an account. Guessing gets slower and slower for the network
//     it comes from; a browser that has signed in before is counted apart.
//   - A passkey is never the only way in.
//   - The roles that watch over others need two people to be given, and
//     recovery needs two others; neither of them alone can take the account.
//   - Every sign-in, refusal and change is an entry of the ledger. Its public
//     part never names a login; a try at a login that does not exist leads to
//     nobody (it is sealed).
package identity
