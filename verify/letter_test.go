package verify_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/letter"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
)

// tool runs a program of somebody else's. Where it is missing a developer is
// told, and the checks of the project fail.
func tool(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: the checks need qpdf, poppler-utils, zbar-tools and openssl", name)
		}
		t.Skipf("%s is missing", name)
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	return string(out), err
}

// papers are the kinds of all papers.
func papers() []letter.Kind { return append(appoint.PaperKinds(), callup.PaperKinds()...) }

const checkedAt = "https://netral.example/pelantikan/2023/12"

var issuedAt = time.Date(2023, time.December, 21, 4, 30, 0, 0, time.UTC)

// signer seals under an authority of the test, whose certificate it writes to a
// file.
func signer(t *testing.T) (*letter.Signer, string) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{7})
	a, err := letter.NewAuthority(random, "Otoritas uji")
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Issue(random, "Segel uji", "Kantor uji")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(file, letter.PEM(a.Cert), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, file
}

func saved(t *testing.T, name string, body []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// decreeOf203 are the fields of a decree as large as that of 27 December 2023:
// 122 of Health, 16 of One-Stop Service, 65 of Education.
func decreeOf203(kind letter.Kind) letter.Values {
	v := kind.Sample()
	given := []string{"Siti", "Agus", "Rina", "Muhammad", "Dewi", "Hendra", "Nur", "Bambang", "Fransiska", "I Gusti Ayu", "Yohanes", "Zainal"}
	family := []string{"Wulandari", "Prasetyo", "Nasution", "Siregar", "Purwaningsih Handayani", "Situmorang", "Rahmawati", "Al-Farisi", "Tanujaya", "Kusumaningrum"}
	rows := v.Lists["baris"][:0:0]
	add := func(n int, agency string, posts ...string) {
		for i := range n {
			k := len(rows)
			level := "Pengawas"
			if i%8 == 0 {
				level = "Administrator"
			}
			rows = append(rows, map[string]string{
				"no": fmt.Sprint(k + 1), "nama": given[k%12] + " " + family[(k/12)%10] + fmt.Sprintf(" %c., S.K.M., M.Kes.", 'A'+k%26), "nip": fmt.Sprintf("1975%02d%02d20030%d%05d", 1+k%12, 1+k%28, 1+k%9, k),
				"pangkat": letter.Rank([]string{"III/d", "IV/a", "III/c"}[k%3]), "jabatan_lama": posts[(k+1)%len(posts)], "jabatan_baru": posts[k%len(posts)], "perangkat_daerah": agency, "jenjang": level, "perpindahan": []string{"Promosi", "Rotasi", "Mutasi", "Pengukuhan"}[k%4],
			})
		}
	}
	add(122, "Dinas Kesehatan", "Kepala Subbagian Tata Usaha Pusat Kesehatan Masyarakat Kecamatan Pasar Rebo Kota Administrasi Jakarta Timur", "Kepala Seksi Pelayanan Medis", "Kepala Bidang Pencegahan dan Pengendalian Penyakit", "Kepala Suku Dinas Kesehatan Kabupaten Administrasi Kepulauan Seribu")
	add(16, "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "Kepala Unit Pelayanan Terpadu Satu Pintu Kecamatan Kebon Jeruk", "Kepala Bidang Pengaduan dan Komunikasi Masyarakat")
	add(65, "Dinas Pendidikan", "Kepala Seksi Kurikulum dan Penilaian Sekolah Menengah Kejuruan", "Kepala Subbagian Keuangan Suku Dinas Pendidikan Wilayah II Kota Administrasi Jakarta Selatan", "Kepala Satuan Pelaksana Pendidikan Kecamatan Cempaka Putih")
	v.Lists["baris"] = rows
	return v
}

func made(t testing.TB, kind string, v func(letter.Kind) letter.Values, sealed bool) []byte {
	t.Helper()
	p := archivetest.Press(t, papers(), true)
	k, err := p.Set.Kind(kind)
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.Make(kind, v(k), letter.Options{At: issuedAt, Address: checkedAt, Sealed: sealed, Files: []letter.File{{Name: "bukti (1).jsonl", About: "Bukti daftar", Body: proofOf(t)}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// proofOf is something to carry, larger than a block of whatever packs it.
func proofOf(t testing.TB) []byte {
	t.Helper()
	return bytes.Repeat([]byte(`{"row":{"no":1,"person":"x1","name":"Rina \\ (Wulandari)"}}`+"\n"), 2000)
}

// TestDecreeOf203 has a decree of full size read by the tools of others.
func TestDecreeOf203(t *testing.T) {
	s, _ := signer(t)
	body, err := s.Sign(made(t, appoint.PaperDecree, decreeOf203, true), letter.Signing{At: issuedAt, Reason: "Keputusan Nomor 12 Tahun 2023", Place: "Jakarta"})
	if err != nil {
		t.Fatal(err)
	}
	file := saved(t, "decree.pdf", body)
	if out := os.Getenv("NETRAL_PAPERS"); out != "" {
		_ = os.WriteFile(filepath.Join(out, "decree.pdf"), body, 0o600)
	}
	t.Logf("203 rows: %d KB", len(body)>>10)
	if out, err := tool(t, "qpdf", "--check", file); err != nil {
		t.Errorf("qpdf: %v\n%s", err, out)
	}

	text, err := tool(t, "pdftotext", "-layout", file, "-")
	if err != nil {
		t.Fatal(text)
	}
	flat := strings.Join(strings.Fields(text), " ")
	for _, r := range decreeOf203(mustKind(t, appoint.PaperDecree)).Lists["baris"] {
		if !strings.Contains(text, r["nip"]) {
			t.Errorf("%s of row %s cannot be read", r["nip"], r["no"])
		}
	}
	for _, want := range []string{"MEMUTUSKAN:", "203 (dua ratus tiga) orang", "KESATU", "KELIMA", "Tembusan:", "LAMPIRAN", "Persetujuan Menteri Dalam Negeri Nomor 100.2.2.6/8812/SJ"} {
		if !strings.Contains(flat, want) {
			t.Errorf("%q cannot be read", want)
		}
	}
	pages := strings.Count(text, "\f")
	for i, page := range strings.Split(text, "\f") {
		if strings.Contains(page, "1975") && strings.Count(page, "Jabatan lama") != 1 {
			t.Errorf("page %d has rows of the table and not its heading", i+1)
		}
	}
	if last := fmt.Sprintf("Halaman %d dari %d", pages, pages); !strings.Contains(flat, last) {
		t.Errorf("the last page does not say %q", last)
	}
	codes(t, file, pages)
}

func mustKind(t *testing.T, name string) letter.Kind {
	t.Helper()
	i := slices.IndexFunc(papers(), func(k letter.Kind) bool { return k.Name == name })
	return papers()[i]
}

// codes reads the QR code of every page, as somebody would who holds the print.
func codes(t *testing.T, file string, pages int) {
	t.Helper()
	stem := filepath.Join(t.TempDir(), "p")
	if out, err := tool(t, "pdftoppm", "-r", "110", "-gray", file, stem); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	images, err := filepath.Glob(stem + "*.pgm")
	if err != nil || len(images) != pages {
		t.Fatalf("%d pictures of %d pages, %v", len(images), pages, err)
	}
	out, err := tool(t, "zbarimg", append([]string{"--quiet", "--raw"}, images...)...)
	if err != nil {
		t.Fatalf("zbarimg: %v %s", err, out)
	}
	if n := strings.Count(out, checkedAt+"\n"); n != pages {
		t.Errorf("%d of %d pages have a code that can be read:\n%s", n, pages, out)
	}
}

// TestEveryPaper has all kinds read, as samples.
func TestEveryPaper(t *testing.T) {
	for _, k := range papers() {
		t.Run(k.Name, func(t *testing.T) {
			body := made(t, k.Name, letter.Kind.Sample, false)
			if !bytes.Equal(body, made(t, k.Name, letter.Kind.Sample, false)) {
				t.Error("the same paper has other bytes the second time")
			}
			file := saved(t, k.Name+".pdf", body)
			if out := os.Getenv("NETRAL_PAPERS"); out != "" {
				_ = os.WriteFile(filepath.Join(out, k.Name+".pdf"), body, 0o600)
			}
			if out, err := tool(t, "qpdf", "--check", file); err != nil {
				t.Errorf("qpdf: %v\n%s", err, out)
			}
			text, err := tool(t, "pdftotext", file, "-")
			if err != nil || !strings.Contains(text, "PERAGA") || strings.Contains(text, "{") {
				t.Errorf("text: %v\n%s", err, text)
			}
			codes(t, file, strings.Count(text, "\f"))
		})
	}
}

// TestSealAsOthersSeeIt: pdfsig calls a seal valid and an altered file not, and
// openssl finds the certificate named among what is signed, which makes the seal
// one of PAdES baseline B.
func TestSealAsOthersSeeIt(t *testing.T) {
	s, root := signer(t)
	once, err := s.Sign(made(t, appoint.PaperExtract, letter.Kind.Sample, true), letter.Signing{At: issuedAt, Reason: "Petikan", Place: "Jakarta"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Sign(once, letter.Signing{At: issuedAt.Add(time.Hour), Reason: "Kedua", Place: "Jakarta"})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(again, once) {
		t.Error("the second seal changed what the first one covers")
	}
	valid, whole := "Signature is Valid.", "Total document signed"
	for name, x := range map[string]struct {
		body         []byte
		valid, whole int
	}{"one": {once, 1, 1}, "two": {again, 2, 1}} {
		out, err := tool(t, "pdfsig", saved(t, name+".pdf", x.body))
		if err != nil || strings.Count(out, valid) != x.valid || strings.Count(out, "  - "+whole) != x.whole || !strings.Contains(out, "ETSI.CAdES.detached") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if out, err := tool(t, "qpdf", "--check", saved(t, name+".pdf", x.body)); err != nil {
			t.Errorf("%s: qpdf: %v\n%s", name, err, out)
		}
	}

	altered := bytes.Replace(once, []byte("/Title"), []byte("/Titel"), 1)
	if bytes.Equal(altered, once) {
		t.Fatal("nothing was altered")
	}
	if out, _ := tool(t, "pdfsig", saved(t, "altered.pdf", altered)); strings.Contains(out, valid) || !strings.Contains(out, "Digest Mismatch") {
		t.Errorf("altered:\n%s", out)
	}

	// What pdfsig takes out, openssl checks: chain, signature, and the attribute
	// that names the certificate.
	dir := t.TempDir()
	file := filepath.Join(dir, "petikan.pdf")
	if err := os.WriteFile(file, once, 0o600); err != nil {
		t.Fatal(err)
	}
	open := bytes.LastIndex(once, []byte("/Contents <")) + len("/Contents ")
	shut := open + bytes.IndexByte(once[open:], '>') + 1
	content := saved(t, "content", append(bytes.Clone(once[:open]), once[shut:]...))
	der := filepath.Join(dir, "seal.der")
	if err := os.WriteFile(der, unhex(t, once[open+1:shut-1]), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := tool(t, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", der, "-content", content, "-CAfile", root, "-purpose", "any", "-out", os.DevNull)
	if err != nil || !strings.Contains(out, "Verification successful") {
		t.Errorf("openssl: %v\n%s", err, out)
	}
	out, err = tool(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", der)
	if err != nil || !strings.Contains(out, "signingCertificateV2") || strings.Contains(out, "signingTime") {
		t.Errorf("attributes: %v\n%s", err, out)
	}
}

func unhex(t *testing.T, b []byte) []byte {
	t.Helper()
	out := make([]byte, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		var x byte
		if _, err := fmt.Sscanf(string(b[i:i+2]), "%02x", &x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

// TestCarriedFile: what a paper carries comes out with another program as it went
// in.
func TestCarriedFile(t *testing.T) {
	s, _ := signer(t)
	body, err := s.Sign(made(t, appoint.PaperDecree, letter.Kind.Sample, true), letter.Signing{At: issuedAt})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if said, err := tool(t, "pdfdetach", "-save", "1", "-o", out, saved(t, "d.pdf", body)); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	got, err := os.ReadFile(out)
	if err != nil || !bytes.Equal(got, proofOf(t)) {
		t.Errorf("%d bytes came out, %d went in, %v", len(got), len(proofOf(t)), err)
	}
}
