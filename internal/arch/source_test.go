package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// walk calls f for every file of the repository that a person wrote.
func walk(t *testing.T, f func(path string)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		n++
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 50 {
		t.Fatalf("only %d files found: the walk is broken", n)
	}
}

func isProduct(path string) bool {
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go") &&
		(strings.HasPrefix(path, "internal/") || strings.HasPrefix(path, "cmd/")) && !strings.Contains(path, "test/")
}

// maxLines is how long a file may be before a wall must move.
const maxLines = 400

func TestNoFileOutgrowsItsRoom(t *testing.T) {
	walk(t, func(path string) {
		if !isProduct(path) {
			return
		}
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\n"); n > maxLines {
			t.Errorf("%s has %d lines; at most %d", path, n, maxLines)
		}
	})
}

// TestNoGlobals wants no init function, no package variable that could change,
// and no reading of the environment outside app.
func TestNoGlobals(t *testing.T) {
	walk(t, func(path string) {
		if !isProduct(path) {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.Join(root, path), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", fset.Position(fn.Pos()))
			}
		}
		if strings.HasPrefix(path, "internal/app/") || strings.HasPrefix(path, "cmd/") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "os" && (strings.HasPrefix(s.Sel.Name, "Getenv") || s.Sel.Name == "LookupEnv" || s.Sel.Name == "Environ" || s.Sel.Name == "Args" || s.Sel.Name == "Exit") {
				t.Errorf("%s uses os.%s; only app reads the environment", fset.Position(s.Pos()), s.Sel.Name)
			}
			return true
		})
	})
}

// sqlAvoid are words that one of the two engines does not know, or reads
// otherwise; the common dialect has another way for each.
var sqlAvoid = regexp.MustCompile(`(?i)\b(ILIKE|SERIAL|TIMESTAMPTZ|JSONB|INSERT OR|AUTOINCREMENT|GREATEST|FOR UPDATE|SKIP LOCKED|NOW\(\)|json_extract|gen_random_uuid)\b|::(text|bigint|jsonb)|\bdate\('now'\)`)

func TestOneDialect(t *testing.T) {
	seen := 0
	walk(t, func(path string) {
		slice := false
		for _, w := range append(wings, "internal/ledger/") {
			slice = slice || strings.HasPrefix(path, w)
		}
		if !slice || !(strings.HasSuffix(path, "sql.go") || strings.HasSuffix(path, ".sql")) {
			return
		}
		seen++
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if w := sqlAvoid.FindString(line); w != "" && !strings.HasPrefix(strings.TrimSpace(line), "//") && !strings.HasPrefix(strings.TrimSpace(line), "--") {
				t.Errorf("%s:%d: %q is not in the dialect that both engines share", path, i+1, w)
			}
		}
	})
	if seen < 3 {
		t.Fatalf("only %d files with SQL found: the walk is broken", seen)
	}
}

// TestDocumentsTellTheTruth wants every path and every command that a document
// names to exist.
func TestDocumentsTellTheTruth(t *testing.T) {
	named := regexp.MustCompile("`([a-zA-Z0-9_./-]+)`")
	command := regexp.MustCompile("netral ([a-z]+)")
	main, err := os.ReadFile(filepath.Join(root, "internal/app/main.go"))
	if err != nil {
		t.Fatal(err)
	}
	docs := 0
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".md") {
			return
		}
		docs++
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			p := strings.TrimSuffix(m[1], "/")
			first, _, nested := strings.Cut(p, "/")
			if !nested || !isRoot(first) {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, p)); err != nil {
				t.Errorf("%s names %s, which does not exist", path, p)
			}
		}
		for _, m := range command.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(string(b), "`netral "+m[1]) && !strings.Contains(string(b), "\nnetral "+m[1]) {
				continue // "netral" in running text
			}
			if name := strings.ToUpper(m[1][:1]) + m[1][1:]; !strings.Contains(string(main), "\t"+name+" ") {
				t.Errorf("%s names the command netral %s, which does not exist", path, m[1])
			}
		}
	})
	if docs < 5 {
		t.Fatalf("only %d documents found: the walk is broken", docs)
	}
}

func isRoot(name string) bool {
	switch name {
	case "internal", "cmd", "rules", "data", "bench", "e2e", "docs", "tools", "verify":
		return true
	}
	return false
}

// TestNoPathOfAMachine wants nothing in the project to lead out of it.
func TestNoPathOfAMachine(t *testing.T) {
	out := regexp.MustCompile(`\.\./` + `shared|/wo` + `rk/|/ro` + `ot/`)
	walk(t, func(path string) {
		switch filepath.Ext(path) {
		case ".go", ".templ", ".md", ".yaml", ".yml", ".sql", ".sh", ".mod", ".css":
		default:
			if filepath.Base(path) != "Makefile" {
				return
			}
		}
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if m := out.FindString(line); m != "" {
				t.Errorf("%s leads out of the project: %s", path+":"+strconv.Itoa(i+1), m)
			}
		}
	})
}
