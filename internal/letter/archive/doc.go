// Package archive gives out papers: each is made once, sealed with the office's
// certificate, kept as it is, and written down in the record by its SHA-256.
//
// # What always holds
//
//   - Whoever asks for a paper again gets the same bytes, also when templates,
//     program or roster have changed since.
//   - The record has the sum of every paper, so that whoever has the file can
//     find out whether it is one that this house gave out, and what it is.
//   - A paper says that it is sealed only when it is. Without a certificate it
//     says that it is not.
//   - The private half of a certificate lies in the database, kept under the key
//     of the process: whoever has the database alone cannot seal.
//   - A demonstration makes an authority of its own, whose name says so. A house
//     that is none takes the certificate that it is given (netral letter
//     certificate), and never makes one.
//
// # Words
//
//	paper         naskah
//	seal          segel elektronik
//	certificate   sertifikat elektronik
package archive
