package invite

import (
	"cmp"
	"fmt"
	"strings"
)

// Filled is what is known when a letter is written from a reserve; what is empty is
// left to be filled in by hand.
type Filled struct {
	People string
	Task   string
	Signer string
	Day    string
}

// Form is a letter of a reserve as plain text, to be printed and signed by hand. It
// is in Indonesian, as all papers are.
func (f *Sheaf) Form(n Number, x Filled) string {
	line := func(s string) string { return cmp.Or(oneLine(s), strings.Repeat(".", 60)) }
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nSURAT TUGAS\nNomor %s\n\n", strings.ToUpper(f.Name), f.No(n.Number))
	fmt.Fprintf(&b, "Menugaskan : %s\nUntuk      : %s\nTanggal    : %s\n\n", line(x.People), line(x.Task), line(x.Day))
	b.WriteString("Ketentuan:\n1. Pulang dan catat jamnya bila muncul bendera, poster, atau tanda partai atau peserta.\n2. Hindari berfoto, dan jangan mengunggah apa pun.\n3. Berbicara hanya tentang tugas di atas.\n4. Isi slip kembali sesudah acara.\n\n")
	fmt.Fprintf(&b, "%s,\n\n\n%s\n\n", f.Title, line(x.Signer))
	fmt.Fprintf(&b, "Kode surat: %s\nDibuat dari cadangan nomor saat sistem tidak dapat dipakai; dapat diperiksa di /periksa/surat/%s sesudah dimasukkan.\n", grouped(n.Code), n.Code)
	return b.String()
}
