// Package letter makes the papers of a government: a template that an office
// may write itself, filled with the fields of one case, becomes a PDF in the
// form of official letters; it can carry files inside, and a signature.
//
// # What people do with it
//
// A slice says which kinds of paper it makes and which fields each has (Kind).
// The wording is data: one text file a kind, built in under data/letter, and
// replaced by the office's own file of the same name. A template that names a
// field which its kind does not have, or a mark that does not exist, is refused
// with file and line, and with what is possible.
//
// # What always holds
//
//   - The same template, fields and options make the same bytes: dates are
//     passed in, and a signature has no random part.
//   - A letter that the font does not have refuses the paper. A name is never
//     printed with a hole in it.
//   - Nothing on a paper says that it is signed unless it is going to be: who
//     asks for a paper with a signer gets the footer that speaks of it.
//   - A signature covers the whole file as it was; a second one is appended
//     behind it, and the first still holds for its part.
//
// # The form of a template
//
//	---
//	jenis: petikan               must be the name of the file
//	judul: Petikan {nomor}       title of the PDF
//	kop: gubernur                a section of bingkai.md; empty for none
//	kertas: a4                   or f4
//	huruf: 11                    size in points, 9 to 12
//	---
//	%% a remark
//	# centred and bold
//	> centred
//	Menimbang :: a. bahwa …      a clause: word, colon, hanging text
//	             b. bahwa …      lines with an indent belong to it
//	a. an item; 1. likewise      numbered anew, so that lines may be left out
//	- Nama : {nama}              a pair in two columns
//	a paragraph                  one line of the file, as long as it is
//	[jika field] line            only when the field is not empty
//	[tanpa field] line           only when it is
//	[tiap list] line             once for every entry of a list; two blanks or more
//	                             behind the bracket are an indent
//	@tanda kanan                 a signature block (kiri, tengah, kanan), to @selesai;
//	                             a line "^" is the room for a signature by hand,
//	                             "^segel" the same with the note of a seal
//	@tembusan                    copies, to @selesai, numbered
//	@lampiran                    an attachment: a new page (mendatar: landscape)
//	@kepala                      its heading at the right, to @selesai
//	@tabel list                  a table, to @selesai, one column a line:
//	                             heading | width | kiri, tengah or kanan | cell
//
// {field|besar} is the field in capitals. " // " begins a new line in a cell or
// a line of a heading.
//
// # Words
//
//	template     templat naskah
//	letterhead   kop naskah
//	clause       diktum, konsiderans
//	attachment   lampiran
//	copies       tembusan
//	seal         segel elektronik
package letter
