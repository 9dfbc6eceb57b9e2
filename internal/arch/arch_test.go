package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// leaves import no package of ours but those named.
var leaves = map[string][]string{
	"internal/day":           {},
	"internal/actor":         {},
	"internal/fault":         {},
	"internal/text":          {"internal/day", "internal/fault"},
	"internal/workday":       {"internal/day", "internal/fault"},
	"internal/rule":          {"internal/day", "internal/fault"},
	"internal/area":          {},
	"internal/lex":           {"internal/day", "internal/fault", "internal/rule", "internal/lex/letter", "internal/lex/stem", "internal/lex/date"},
	"internal/sheet":         {"internal/day", "internal/fault"},
	"internal/lex/letter":    {},
	"internal/lex/stem":      {},
	"internal/lex/date":      {"internal/day", "internal/lex/letter"},
	"internal/lex/screen":    {"internal/day", "internal/rule", "internal/lex", "internal/lex/letter", "internal/lex/stem", "internal/lex/date"},
	"internal/proportion":    {},
	"internal/random":        {},
	"internal/sample":        {"internal/fault"},
	"internal/beacon":        {"internal/fault"},
	"internal/lot":           {"internal/fault", "internal/sample", "internal/beacon"},
	"internal/access/scope":  {"internal/actor"},
	"internal/letter":        {"internal/day", "internal/fault", "internal/text"},
	"internal/token/cursor":  {"internal/fault"},
	"internal/token/version": {"internal/fault"},
	"data":                   {},
	"rules":                  {},
}

// foundation may import all leaves, and what is named.
var foundation = map[string][]string{
	"internal/store":                      {},
	"internal/store/storetest":            {"internal/store"},
	"internal/ledger":                     {"internal/store"},
	"internal/ledger/ledgertest":          {"internal/store", "internal/store/storetest", "internal/ledger"},
	"internal/cli":                        {},
	"internal/access":                     {"internal/access/scope"},
	"internal/access/accesstest":          {"internal/access"},
	"internal/token":                      {"internal/access/scope", "internal/store", "internal/ledger", "internal/web", "internal/web/ui"},
	"internal/identity":                   {"internal/store", "internal/ledger", "internal/web", "internal/web/ui"},
	"internal/jobs":                       {"internal/store", "internal/ledger", "internal/web", "internal/web/ui"},
	"internal/mail":                       {"internal/store", "internal/jobs"},
	"internal/jobs/jobstest":              {"internal/store", "internal/ledger", "internal/ledger/ledgertest", "internal/jobs"},
	"internal/vault":                      {"internal/store", "internal/ledger"},
	"internal/letter/archive":             {"internal/letter", "internal/access/scope", "internal/store", "internal/ledger", "internal/vault", "internal/web", "internal/web/ui"},
	"internal/letter/archive/archivetest": {"data", "internal/access/scope", "internal/letter", "internal/letter/archive", "internal/store", "internal/ledger", "internal/ledger/ledgertest", "internal/vault"},
	"internal/inbox":                      {"internal/web", "internal/web/ui"},
	"internal/web/ui":                     {},
	"internal/web":                        {"internal/web/ui"},
	"internal/web/webtest":                {"internal/web", "internal/web/ui"},
}

// wings hold the slices. A slice may import what is named here and no other
// slice.
var wings = []string{"internal/advise/", "internal/permit/", "internal/watch/", "internal/merit/"}

var sliceMay = []string{"internal/inbox", "internal/letter/archive", "internal/access/scope", "internal/token/cursor", "internal/token/version", "internal/store", "internal/ledger", "internal/jobs", "internal/vault", "internal/cli", "internal/web", "internal/web/ui"}

// parts are packages that are a part of a slice, and may import it.
var parts = map[string]string{
	"internal/merit/roster/exchange": "internal/merit/roster",
}

// free may import everything: the top of the house, and what looks at all of
// it from outside.
var free = []string{"internal/app", "internal/demo", "internal/arch", "cmd/netral", "e2e"}

// outside says which packages may see an outside module; one that is not named
// may be seen by all. Longest prefix wins.
var outside = map[string][]string{
	"modernc.org/":                          {"internal/store"},
	"github.com/jackc/pgx":                  {"internal/store", "internal/store/storetest"},
	"github.com/pressly/goose":              {"internal/store"},
	"golang.org/x/mod/sumdb/tlog":           {"internal/ledger", "internal/ledger/ledgertest"},
	"golang.org/x/mod/sumdb/note":           {"internal/ledger", "internal/ledger/ledgertest", "internal/advise/ask", "internal/merit/appoint", "internal/letter/archive", "internal/app"},
	"github.com/a-h/templ":                  {"internal/letter/archive", "internal/identity", "internal/inbox", "internal/token", "internal/jobs", "internal/web", "internal/web/ui", "internal/advise/", "internal/permit/", "internal/watch/", "internal/merit/", "internal/app"},
	"github.com/danielgtaylor/huma":         {"internal/app", "internal/letter/archive", "internal/inbox", "internal/token", "internal/web", "internal/advise/", "internal/permit/", "internal/watch/", "internal/merit/"},
	"github.com/prometheus/":                {"internal/web"},
	"github.com/skip2/go-qrcode":            {"internal/web/ui", "internal/letter"},
	"codeberg.org/go-pdf/fpdf":              {"internal/letter"},
	"github.com/smallstep/pkcs7":            {"internal/letter"},
	"golang.org/x/image/":                   {"internal/letter"},
	"github.com/alecthomas/kong":            {"internal/app"},
	"github.com/schollz/progressbar":        {"internal/app"},
	"github.com/nicksnyder/go-i18n":         {"internal/text"},
	"github.com/RadhiFadlillah/go-sastrawi": {"internal/lex/stem"},
	"github.com/chromedp/":                  {"e2e"},
	"github.com/cloudflare/circl":           {"internal/beacon"},
	"go.yaml.in/yaml":                       {"internal/text", "internal/rule", "internal/lex", "internal/lex/screen", "internal/workday", "internal/advise/calendar", "internal/merit/promote"},
	"filippo.io/age":                        {"internal/vault"},
	"golang.org/x/crypto/":                  {"internal/identity", "internal/vault"},
	"github.com/cedar-policy":               {"internal/access"},
	"github.com/go-webauthn/":               {"internal/identity"},
	"github.com/coreos/go-oidc":             {"internal/identity"},
	"golang.org/x/oauth2":                   {"internal/identity"},
	"github.com/pquerna/otp":                {"internal/identity"},
	"github.com/xuri/excelize":              {"internal/sheet"},
	"github.com/wneessen/go-mail":           {"internal/mail"},
	"crypto/aes":                            {},
	"crypto/cipher":                         {},
	"crypto/ed25519":                        {"internal/ledger"},
	"math/rand":                             {"internal/demo"}, // people who do not exist, the same each time
}

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

const module = "netral/"

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages found: the walk is broken", len(all))
	}
	return all
}

func ours(imports []string) []string {
	var out []string
	for _, i := range imports {
		if p, ok := strings.CutPrefix(i, module); ok {
			out = append(out, p)
		}
	}
	return out
}

func TestWhoImportsWhom(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		may, known := allowed(name)
		if !known {
			t.Errorf("%s is in no table of this test: say which kind of package it is", name)
			continue
		}
		if may == nil {
			continue
		}
		for _, i := range ours(p.Imports) {
			if !slices.Contains(may, i) {
				t.Errorf("%s must not import %s", name, i)
			}
		}
	}
}

// allowed lists what a package may import; nil means everything.
func allowed(name string) (may []string, known bool) {
	if slices.Contains(free, name) {
		return nil, true
	}
	if l, ok := leaves[name]; ok {
		return append([]string{}, l...), true
	}
	every := []string{}
	for l := range leaves {
		if strings.HasPrefix(l, "internal/") {
			every = append(every, l)
		}
	}
	if f, ok := foundation[name]; ok {
		return append(every, f...), true
	}
	for _, w := range wings {
		if strings.HasPrefix(name, w) {
			may = append(every, sliceMay...)
			if whole, ok := parts[name]; ok {
				may = append(may, whole)
			}
			return may, true
		}
	}
	return nil, false
}

func TestWhoSeesWhichModule(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, i := range p.Imports {
			prefix, may := rule(i)
			if prefix == "" {
				continue
			}
			if !slices.ContainsFunc(may, func(m string) bool { return m == name || strings.HasSuffix(m, "/") && strings.HasPrefix(name, m) }) {
				t.Errorf("%s must not import %s: only %v may", name, i, may)
			}
		}
	}
}

func rule(path string) (prefix string, may []string) {
	for p, m := range outside {
		if strings.HasPrefix(path, p) && len(p) > len(prefix) {
			prefix, may = p, m
		}
	}
	return prefix, may
}

// TestNothingIsOnlyForTests sees to it that the product does not carry test
// packages.
func TestNothingIsOnlyForTests(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasSuffix(name, "test") || name == "e2e" {
			continue
		}
		for _, i := range p.Imports {
			if i == "testing" || strings.HasPrefix(i, "testing/") || strings.HasSuffix(i, "test") && strings.HasPrefix(i, module) {
				t.Errorf("%s imports %s outside its tests", name, i)
			}
		}
	}
}
