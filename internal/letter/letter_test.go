package letter_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	randv2 "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/letter"
)

func kind() letter.Kind {
	return letter.Kind{
		Name:   "uji",
		Fields: []letter.Field{{Name: "nama", Sample: "Siti"}, {Name: "kosong", Sample: ""}, {Name: "nomor", Sample: "1"}},
		Lists:  []letter.List{{Name: "baris", Fields: []letter.Field{{Name: "no", Sample: "1"}, {Name: "isi", Sample: "isi"}}, Length: 3}},
	}
}

const frame = "## kop uji tengah\n# KANTOR UJI\n## kaki segel\nsegel\n## kaki tanpa segel\ntanpa\n## tempat segel\ndi sini\n## peraga\nPERAGA\n"

const front = "---\njenis: uji\njudul: Uji {nomor}\nkop: uji\n---\n"

func files(body string) fstest.MapFS {
	return fstest.MapFS{"bingkai.md": {Data: []byte(frame)}, "uji.md": {Data: []byte(front + body)}}
}

func press(t testing.TB, body string) *letter.Press {
	t.Helper()
	set, err := letter.Load([]letter.Kind{kind()}, files(body), nil)
	if err != nil {
		t.Fatal(fault.Of(err))
	}
	p, err := letter.New(set, false)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var at = time.Date(2023, time.December, 21, 3, 0, 0, 0, time.UTC)

// TestProblems: what is wrong with a template is told with its line, and with
// what is possible.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		key        string
		possible   string // in the arguments
	}{
		{"no front", "# x", 1, "letter.template.front", "judul"},
		{"open front", "---\njenis: uji\njudul: x", 3, "letter.template.front_open", ""},
		{"unknown front", "---\njenis: uji\njudul: x\nwarna: biru\n---\n", 4, "letter.template.front_line", "kertas"},
		{"twice", "---\njenis: uji\njudul: x\njudul: y\n---\n", 4, "letter.template.twice", ""},
		{"no title", "---\njenis: uji\n---\n", 3, "letter.template.lacks", ""},
		{"other kind", "---\njenis: lain\njudul: x\n---\n", 2, "letter.template.kind", "uji"},
		{"no such head", "---\njenis: uji\njudul: x\nkop: raja\n---\n", 4, "letter.template.head", "uji"},
		{"paper", "---\njenis: uji\njudul: x\nkertas: a3\n---\n", 4, "letter.template.paper", ""},
		{"size", "---\njenis: uji\njudul: x\nhuruf: 40\n---\n", 4, "letter.template.size", ""},
		{"field of the title", "---\njenis: uji\njudul: {nomer}\n---\n", 3, "letter.template.field", "nomor"},
		{"field", front + "ok\n{nomer}\n", 7, "letter.template.field", "nomor"},
		{"field of a clause", front + "Menimbang :: a. bahwa {x};\n", 6, "letter.template.field", "nama"},
		{"field of a list outside it", front + "{isi}\n", 6, "letter.template.field", "nama"},
		{"how", front + "{nama|kecil}\n", 6, "letter.template.how", ""},
		{"brace", front + "{nama\n", 6, "letter.template.brace", ""},
		{"condition", front + "[kalau nama] x\n", 6, "letter.template.condition", ""},
		{"condition on nothing", front + "[jika ada] x\n", 6, "letter.template.field", "nomor"},
		{"list", front + "[tiap orang] x\n", 6, "letter.template.list", "baris"},
		{"pair", front + "- Nama: {nama}\n", 6, "letter.template.pair", ""},
		{"mark", front + "@gambar\n", 6, "letter.template.mark", "@tabel"},
		{"side", front + "@tanda atas\nx\n@selesai\n", 6, "letter.template.option", "kanan"},
		{"turned", front + "@lampiran miring\n", 6, "letter.template.option", "mendatar"},
		{"open mark", front + "@tanda kanan\nx\n", 6, "letter.template.open", ""},
		{"nested", front + "@tanda kanan\n@tembusan\nx\n@selesai\n", 6, "letter.template.open", ""},
		{"each mark", front + "[tiap baris] @tembusan\nx\n@selesai\n", 6, "letter.template.each_mark", ""},
		{"table of nothing", front + "@tabel orang\nA | 1 | kiri | x\n@selesai\n", 6, "letter.template.list", "baris"},
		{"no columns", front + "@tabel baris\n@selesai\n", 6, "letter.template.no_columns", ""},
		{"column", front + "@tabel baris\nA | 1 | kiri\n@selesai\n", 7, "letter.template.column", ""},
		{"width", front + "@tabel baris\nA | lebar | kiri | {no}\n@selesai\n", 7, "letter.template.width", ""},
		{"align", front + "@tabel baris\nA | 1 | atas | {no}\n@selesai\n", 7, "letter.template.option", "tengah"},
		{"cell", front + "@tabel baris\nA | 1 | kiri | {nip}\n@selesai\n", 7, "letter.template.field", "isi"},
		{"bytes", front + "x\xffy\n", 6, "letter.template.utf8", ""},
		{"large", front + strings.Repeat("x", letter.MaxTemplate), 1, "letter.template.large", ""},
	} {
		_, problems := letter.Read("uji.md", []byte(c.text), kind(), []string{"uji"})
		i := slices.IndexFunc(problems, func(p letter.Problem) bool { return p.Key == c.key && p.Line == c.line })
		if i < 0 {
			t.Errorf("%s: %+v, want %s in line %d", c.name, problems, c.key, c.line)
		} else if !strings.Contains(fmt.Sprint(problems[i].Args...), c.possible) {
			t.Errorf("%s: %v does not say what is possible (%s)", c.name, problems[i].Args, c.possible)
		}
	}
}

// TestOffice: a file of the office takes the place of the built-in one, and a
// wrong one does not.
func TestOffice(t *testing.T) {
	good, bad, stray := front+"# Milik kantor\n", front+"{nomer}\n", "# x"
	for _, c := range []struct {
		name    string
		office  fstest.MapFS
		own     bool
		refused int
	}{
		{"none", nil, false, 0},
		{"good", fstest.MapFS{"uji.md": {Data: []byte(good)}}, true, 0},
		{"bad", fstest.MapFS{"uji.md": {Data: []byte(bad)}}, false, 1},
		{"stray", fstest.MapFS{"surat.md": {Data: []byte(stray)}}, false, 1},
		{"frame without heads", fstest.MapFS{"bingkai.md": {Data: []byte("## kaki segel\nx\n")}}, false, 4},
		{"frame with a field that a kind lacks", fstest.MapFS{"bingkai.md": {Data: []byte(strings.Replace(frame, "KANTOR", "{kantor}", 1))}}, false, 1},
	} {
		var set *letter.Set
		var err error
		if c.office == nil {
			set, err = letter.Load([]letter.Kind{kind()}, files("# x\n"), nil)
		} else {
			set, err = letter.Load([]letter.Kind{kind()}, files("# x\n"), c.office)
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		tpl, err := set.Template("uji")
		if err != nil || tpl.Own != c.own || len(set.Refused()) != c.refused {
			t.Errorf("%s: own %v, refused %+v, %v", c.name, tpl.Own, set.Refused(), err)
		}
	}
	if _, err := letter.Load([]letter.Kind{kind()}, files("{nomer}\n"), nil); err == nil {
		t.Error("a built-in template that is wrong is taken")
	}
}

func sealed(t testing.TB, p *letter.Press) ([]byte, *letter.Authority) {
	t.Helper()
	a, err := letter.NewAuthority(randv2.NewChaCha8([32]byte{1}), "Otoritas")
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Issue(randv2.NewChaCha8([32]byte{2}), "Segel", "Kantor")
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.Make("uji", kind().Sample(), letter.Options{At: at, Sealed: true, Address: "https://netral.test/x", Files: []letter.File{{Name: "bukti (a).json", About: `Bukti \ "b"`, Body: []byte("{}\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	one, err := s.Sign(body, letter.Signing{At: at, Reason: "Uji (satu)", Place: "Jakarta"})
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Sign(body, letter.Signing{At: at, Reason: "Uji (satu)", Place: "Jakarta"})
	if err != nil || !bytes.Equal(one, two) {
		t.Error("the same paper signed twice differs")
	}
	return one, a
}

// TestSeals: every byte of a sealed file is covered, what is added is seen, and
// who is trusted is who was said to be.
func TestSeals(t *testing.T) {
	body, a := sealed(t, press(t, "# {nama}\nparagraf\n@tanda kanan\n^segel\n{nama}\n@selesai\n"))
	roots := x509.NewCertPool()
	roots.AddCert(a.Cert)
	check := func(pdf []byte, roots *x509.CertPool) letter.Seal {
		t.Helper()
		list, err := letter.Seals(pdf, roots)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d seals, %v", len(list), err)
		}
		return list[0]
	}
	if s := check(body, roots); s.Broken || !s.Whole || !s.Trusted || s.Name != "Segel" || s.Issuer != "Otoritas" || !s.At.Equal(at) {
		t.Errorf("%+v", s)
	}
	if s := check(body, nil); s.Broken || s.Trusted {
		t.Errorf("without roots: %+v", s)
	}
	other, err := letter.NewAuthority(rand.Reader, "Otoritas") // the same name, another key
	if err != nil {
		t.Fatal(err)
	}
	strangers := x509.NewCertPool()
	strangers.AddCert(other.Cert)
	if s := check(body, strangers); s.Broken || s.Trusted {
		t.Errorf("with strangers: %+v", s)
	}
	if s := check(append(bytes.Clone(body), "% more\n"...), roots); s.Broken || s.Whole {
		t.Errorf("with a tail: %+v", s)
	}
	for i := 0; i < len(body); i += 97 {
		bad := bytes.Clone(body)
		bad[i] ^= 0x04
		list, err := letter.Seals(bad, roots)
		// What is left of the seal must not be whole. A change within the zeros that
		// fill up its room, or of the case of a digit, changes nothing that is signed.
		open, shut := bytes.LastIndex(body, []byte("/Contents <")), bytes.LastIndex(body, []byte("> >>"))
		if i > open+11 && i < shut {
			continue
		}
		if err == nil && len(list) == 1 && !list[0].Broken && list[0].Whole && list[0].Trusted {
			t.Fatalf("byte %d altered, and the seal holds", i)
		}
	}
	got, err := letter.Files(body)
	if err != nil || len(got) != 1 || got[0].Name != "bukti (a).json" || got[0].About != `Bukti \ "b"` || string(got[0].Body) != "{}\n" {
		t.Errorf("carried: %q, %v", got, err)
	}
}

// TestRanges: a range that leaves out more than the seal itself is no seal.
func TestRanges(t *testing.T) {
	body, _ := sealed(t, press(t, "# {nama}\n"))
	at := bytes.LastIndex(body, []byte("/ByteRange [0 ")) + len("/ByteRange [0 ")
	bad := bytes.Clone(body)
	copy(bad[at:], "0000000100")
	list, err := letter.Seals(bad, nil)
	if err != nil || len(list) != 1 || !list[0].Broken {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := letter.Seals([]byte("GIF89a"), nil); fault.Of(err) == nil || fault.Of(err).Key != "letter.check.form" {
		t.Errorf("a picture: %v", err)
	}
	if _, err := letter.Seals(make([]byte, letter.MaxBytes+1), nil); fault.Of(err) == nil || fault.Of(err).Kind != fault.TooLarge {
		t.Errorf("too large: %v", err)
	}
}

// TestRSA: certificates of real authorities are RSA as a rule.
func TestRSA(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "RSA"}, NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s, err := letter.NewSigner(cert, nil, key)
	if err != nil {
		t.Fatal(err)
	}
	body, err := press(t, "# x\n").Make("uji", kind().Sample(), letter.Options{At: at, Sealed: true})
	if err == nil {
		body, err = s.Sign(body, letter.Signing{At: at})
	}
	if err != nil {
		t.Fatal(err)
	}
	if list, err := letter.Seals(body, nil); err != nil || len(list) != 1 || list[0].Broken || list[0].Name != "RSA" {
		t.Errorf("%+v, %v", list, err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := letter.NewSigner(cert, nil, other); err == nil {
		t.Error("a key that is not the certificate's is taken")
	}
}

// TestLetters: what the font does not have is refused, and what it has under
// another spelling is printed.
func TestLetters(t *testing.T) {
	p := press(t, "# {nama}\n")
	v := kind().Sample()
	for name, ok := range map[string]bool{"Siti Nurhaliza": true, "François Ñandú": true, "Franc\u0327ois": true, "Đặng Thị": true, "Ольга": true, "王": false, "Siti 🎉": false, "أحمد": false, "A\u200bB": true} {
		v := kind().Sample()
		v.Text["nama"] = name
		_, err := p.Make("uji", v, letter.Options{At: at})
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
	delete(v.Text, "nomor")
	if _, err := p.Make("uji", v, letter.Options{At: at}); fault.Of(err) == nil || fault.Of(err).Key != "letter.unfilled" {
		t.Errorf("a field that was forgotten: %v", err)
	}
}

// TestAnySize: cells higher than a page, words longer than a line, tables of
// nothing: a paper comes out, and ends.
func TestAnySize(t *testing.T) {
	p := press(t, "{nama}\n@tabel baris\nNo. | 1 | kanan | {no}\nIsi | 2 | kiri | {isi}\n@selesai\n@tanda kiri\n^\n{nama}\n@selesai\n@tanda kanan\n{nama}\n@selesai\n")
	for _, cell := range []string{"", strings.Repeat("kata ", 4000), strings.Repeat("x", 3000), strings.Repeat("baris // ", 300)} {
		for _, n := range []int{0, 1, 40} {
			v := kind().Sample()
			v.Text["nama"] = cell
			v.Lists["baris"] = nil
			for i := range n {
				v.Lists["baris"] = append(v.Lists["baris"], map[string]string{"no": fmt.Sprint(i), "isi": cell})
			}
			if _, err := p.Make("uji", v, letter.Options{At: at}); err != nil {
				t.Errorf("%d rows of %.20q: %v", n, cell, err)
			}
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "nol", 7: "tujuh", 10: "sepuluh", 11: "sebelas", 12: "dua belas", 19: "sembilan belas", 20: "dua puluh", 99: "sembilan puluh sembilan", 100: "seratus", 111: "seratus sebelas", 203: "dua ratus tiga", 1000: "seribu", 1125: "seribu seratus dua puluh lima", 2023: "dua ribu dua puluh tiga", 5038: "lima ribu tiga puluh delapan", 64_135: "enam puluh empat ribu seratus tiga puluh lima", 100_000: "seratus ribu", 999_999: "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan", -1: "", 1_000_000: ""} {
		if got := letter.Number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := letter.DateInWords(day.Of(2023, time.December, 27)); got != "Rabu tanggal dua puluh tujuh bulan Desember tahun dua ribu dua puluh tiga" {
		t.Error(got)
	}
	if letter.Date(day.None) != "" || letter.DateInWords(day.None) != "" {
		t.Error("no day has words")
	}
	if letter.Rank("III/d") != "Penata Tingkat I (III/d)" || letter.Rank("IX") != "IX" {
		t.Error(letter.Rank("III/d"), letter.Rank("IX"))
	}
}

// FuzzRead: whatever stands in a file, it is a template that makes a paper, or its
// problems are told.
func FuzzRead(f *testing.F) {
	f.Add(front + "# {nama}\nMenimbang :: a. bahwa {nama};\n   b. x\n[tiap baris] 1. {isi}\n- A : {nama}\n@lampiran mendatar\n@kepala\nNOMOR : {nomor}\n@selesai\n@tabel baris\nA | 1 | kiri | {no}\n@selesai\n@tanda kanan\n^\n@selesai\n@tembusan\nx\n@selesai\n")
	f.Add("---\n@tanda\n[")
	set, err := letter.Load([]letter.Kind{kind()}, files("# x\n"), nil)
	if err != nil {
		f.Fatal(err)
	}
	p, err := letter.New(set, true)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 4<<10 {
			return
		}
		_, problems := letter.Read("uji.md", []byte(raw), kind(), []string{"uji"})
		if len(problems) > 0 {
			return
		}
		body, err := p.Preview("uji.md", []byte(raw), letter.Options{At: at})
		if err == nil && !bytes.HasPrefix(body, []byte("%PDF-")) {
			t.Error("no PDF")
		}
	})
}

// FuzzSeals: no file brings the checks down.
func FuzzSeals(f *testing.F) {
	body, _ := sealed(f, press(f, "# x\n"))
	f.Add(body)
	f.Add([]byte("%PDF-/ByteRange [0 1 2 3]/Contents <00>"))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		_, _ = letter.Seals(pdf, nil)
		_, _ = letter.Files(pdf)
	})
}
