package screen_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode"

	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/lex/screen"
	"netral/internal/rule"
)

// A line of the corpus is
//
//	verdict|stance|kind|targets|on|text
//
// verdict p partisan, n neutral, u unclear; stance + support, - oppose, q
// quoted, 0 none; targets - for none, ? for one that is not named, A B C for
// the pairs of the contest, P Q for parties, or ids. on is P, Q, H (campaign,
// quiet days and hopefuls of the presidential contest), G (campaign for
// governor), N (no contest), or a day. In the text \n is a line break, and
//
//	{A}    what a pair is called for short     {A.f} {A.v}  full names, first and second
//	{A.p}  the pair                            {A.k}        a nickname
//	{A.n}  its number, {A.w} in words          {A.t}        a hashtag
//	{P}    a party                             {P.n}        its number
//	{A~l} {A~s} {A~z} {A~h} {A~e}  the name disguised: figures, spaced, zero
//	       width, look-alikes, held letters
//
// Which pair A is differs from line to line, so that all are met alike; B and C
// are the others.
type text struct {
	verdict screen.Verdict
	stance  screen.Stance
	kind    string
	targets []string
	on      day.Day
	contest string
	raw     string
	line    int
}

type pair struct{ id, short, full, second, both, nick, tag, number, word string }

func pairs(contest string) []pair {
	if contest == "GUB24" {
		return []pair{
			{"GUB24-1", "Ridwan Kamil", "Ridwan Kamil", "Suswono", "RK-Suswono", "Kang Emil", "#RKSuswono", "1", "satu"},
			{"GUB24-2", "Dharma Pongrekun", "Dharma Pongrekun", "Kun Wardana", "Dharma-Kun", "Pongrekun", "#DharmaKun", "2", "dua"},
			{"GUB24-3", "Pramono Anung", "Pramono Anung", "Rano Karno", "Pramono-Rano", "Mas Pram", "#PramonoRano", "3", "tiga"},
		}
	}
	return []pair{
		{"PRES24-1", "Anies", "Anies Baswedan", "Muhaimin Iskandar", "Anies-Muhaimin", "Cak Imin", "#AniesMuhaimin", "1", "satu"},
		{"PRES24-2", "Prabowo", "Prabowo Subianto", "Gibran Rakabuming", "Prabowo-Gibran", "Mas Gibran", "#PrabowoGibran", "2", "dua"},
		{"PRES24-3", "Ganjar", "Ganjar Pranowo", "Mahfud MD", "Ganjar-Mahfud", "Prof Mahfud", "#GanjarMahfud", "3", "tiga"},
	}
}

type party struct{ id, name, number string }

func parties() []party {
	return []party{
		{"pkb", "PKB", "1"}, {"gerindra", "Gerindra", "2"}, {"pdip", "PDI Perjuangan", "3"}, {"golkar", "Golkar", "4"}, {"nasdem", "NasDem", "5"},
		{"buruh", "Partai Buruh", "6"}, {"gelora", "Partai Gelora", "7"}, {"pks", "PKS", "8"}, {"pkn", "Partai Kebangkitan Nusantara", "9"}, {"hanura", "Hanura", "10"},
		{"garuda", "Partai Garuda", "11"}, {"pan", "Partai Amanat Nasional", "12"}, {"pbb", "Partai Bulan Bintang", "13"}, {"demokrat", "Partai Demokrat", "14"},
		{"psi", "PSI", "15"}, {"perindo", "Perindo", "16"}, {"ppp", "PPP", "17"}, {"ummat", "Partai Ummat", "24"},
	}
}

func corpus(t testing.TB, name string) []text {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]screen.Verdict{"p": screen.Partisan, "n": screen.Neutral, "u": screen.Unclear}
	stances := map[string]screen.Stance{"+": screen.Support, "-": screen.Oppose, "q": screen.Quoted, "0": screen.None}
	days := map[string]string{"P": "2024-01-15", "Q": "2024-02-12", "H": "2023-10-20", "G": "2024-10-25", "N": "2026-11-25"}
	kinds := []string{"post", "comment", "caption", "invite", "official", "news", "chat"}
	var out []text
	seen := map[string]bool{}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		f := strings.SplitN(line, "|", 6)
		if len(f) != 6 || verdicts[f[0]] == "" || stances[f[1]] == "" || !strings.Contains(strings.Join(kinds, " "), f[2]) {
			t.Fatalf("%s:%d: %q", name, i+1, line)
		}
		if seen[f[5]] {
			t.Fatalf("%s:%d: stands twice: %q", name, i+1, f[5])
		}
		seen[f[5]] = true
		d := f[4]
		if days[d] != "" {
			d = days[d]
		}
		on, err := day.Parse(d)
		if err != nil {
			t.Fatalf("%s:%d: %v", name, i+1, err)
		}
		x := text{verdict: verdicts[f[0]], stance: stances[f[1]], kind: f[2], on: on, contest: "PRES24", raw: strings.ReplaceAll(f[5], `\n`, "\n"), line: i + 1}
		if f[4] == "G" {
			x.contest = "GUB24"
		}
		if f[3] != "-" {
			x.targets = strings.Split(f[3], ",")
		}
		out = append(out, x)
	}
	return out
}

// with writes the text out with the pairs and parties turned by so many places.
func (x text) with(turn int) (string, []string) {
	ps, qs := pairs(x.contest), parties()
	who := map[byte]pair{}
	for i, c := range []byte("ABC") {
		who[c] = ps[(i+turn)%len(ps)]
	}
	whoP := map[byte]party{'P': qs[turn%len(qs)], 'Q': qs[(turn+5)%len(qs)]}
	var sb strings.Builder
	rest := x.raw
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			sb.WriteString(rest)
			break
		}
		j := i + strings.IndexByte(rest[i:], '}')
		sb.WriteString(rest[:i])
		slot := rest[i+1 : j]
		rest = rest[j+1:]
		if p, ok := whoP[slot[0]]; ok {
			if slot[1:] == ".n" {
				sb.WriteString(p.number)
			} else {
				sb.WriteString(p.name)
			}
			continue
		}
		p, ok := who[slot[0]]
		if !ok {
			panic(fmt.Sprintf("line %d: slot %q", x.line, slot))
		}
		switch slot[1:] {
		case "":
			sb.WriteString(p.short)
		case ".f":
			sb.WriteString(p.full)
		case ".v":
			sb.WriteString(p.second)
		case ".p":
			sb.WriteString(p.both)
		case ".k":
			sb.WriteString(p.nick)
		case ".n":
			sb.WriteString(p.number)
		case ".w":
			sb.WriteString(p.word)
		case ".t":
			sb.WriteString(p.tag)
		case "~l":
			sb.WriteString(strings.NewReplacer("a", "4", "i", "1", "e", "3", "o", "0").Replace(strings.ToLower(p.short)))
		case "~s":
			sb.WriteString(strings.Join(strings.Split(strings.ToLower(p.short), ""), " "))
		case "~z":
			sb.WriteString(strings.Join(strings.Split(p.short, ""), "\u200b"))
		case "~h":
			sb.WriteString(strings.NewReplacer("a", "а", "o", "о", "e", "е").Replace(p.short))
		case "~e":
			for _, c := range p.short {
				sb.WriteRune(c)
				if strings.ContainsRune("aio", c) {
					sb.WriteString(strings.Repeat(string(unicode.ToLower(c)), 3))
				}
			}
		default:
			panic(fmt.Sprintf("line %d: slot %q", x.line, slot))
		}
	}
	var ids []string
	for _, t := range x.targets {
		switch {
		case t == "?":
			ids = append(ids, "")
		case len(t) == 1 && who[t[0]].id != "":
			ids = append(ids, who[t[0]].id)
		case len(t) == 1 && whoP[t[0]].id != "":
			ids = append(ids, whoP[t[0]].id)
		default:
			ids = append(ids, t)
		}
	}
	return sb.String(), ids
}

// world is the reader of what ships.
type world struct {
	reader *screen.Reader
	lex    *screen.Lexicon
	sides  []screen.Side
}

var load = sync.OnceValues(func() (*world, error) {
	root := os.DirFS("../../../data")
	book, err := rule.Load(os.DirFS("../../../rules"), "id-asn")
	if err != nil {
		return nil, err
	}
	words, err := lex.Load(root, "lexicon", book)
	if err != nil {
		return nil, err
	}
	l, err := screen.Load(root, "screen/2026-1.yaml", words.Words())
	if err != nil {
		return nil, err
	}
	ed, err := calendar.Load(root, "calendar/2026-1.yaml")
	if err != nil {
		return nil, err
	}
	return &world{l.Reader(ed.Sides()), l, ed.Sides()}, nil
})

func shipped(t testing.TB) *world {
	t.Helper()
	w, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}
