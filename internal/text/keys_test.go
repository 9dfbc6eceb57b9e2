package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"netral/internal/text"
)

// shape is what a key looks like; T and Add are common names, and only a
// literal of this shape in their arguments is taken for a key.
var shape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`)

// sources is every literal of the repository's product code that could be a
// key: where it stands, and whether it stands where only a key can.
type sources struct {
	must     map[string]string   // key → a place that needs it
	literals map[string]struct{} // every string literal; a key among them is used
	prefixes map[string]struct{} // literals that end in a dot
}

// asked are the calls whose literal argument must be a key.
func asked(name string) bool {
	switch name {
	case "T", "N", "New", "Wrap", "Add", "Key", "Fail":
		return true
	}
	return false
}

func (s *sources) note(fset *token.FileSet, e ast.Expr, must bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	v, err := strconv.Unquote(lit.Value)
	if err != nil {
		return
	}
	if must && shape.MatchString(v) {
		s.must[v] = fset.Position(lit.Pos()).String()
	}
}

func read(t *testing.T) *sources {
	t.Helper()
	s := &sources{must: map[string]string{}, literals: map[string]struct{}{}, prefixes: map[string]struct{}{}}
	fset := token.NewFileSet()
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() || filepath.Ext(p) != ".go" || strings.HasSuffix(p, "_test.go") {
				if d.IsDir() && d.Name() == "testdata" {
					return filepath.SkipDir
				}
				return nil
			}
			f, err := parser.ParseFile(fset, p, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BasicLit:
					if n.Kind != token.STRING {
						return true
					}
					if v, err := strconv.Unquote(n.Value); err == nil {
						s.literals[v] = struct{}{}
						// "area.what." begins keys; "area." would begin all of an area.
						if strings.HasSuffix(v, ".") && strings.Count(v, ".") > 1 {
							s.prefixes[v] = struct{}{}
						}
					}
				case *ast.CallExpr:
					name := ""
					switch f := n.Fun.(type) {
					case *ast.SelectorExpr:
						name = f.Sel.Name
						if x, ok := f.X.(*ast.Ident); ok && (name == "New" || name == "Wrap") && x.Name != "fault" {
							return true // errors.New and others: not ours
						}
					case *ast.Ident:
						name = f.Name
					}
					if !asked(name) {
						return true
					}
					for i, a := range n.Args {
						// The key is the first argument of T and Key, the
						// second of New and Catalogue.T, the third of Wrap and
						// Add. A later literal is an argument, not a key.
						if name == "Add" && i != 2 || name == "Wrap" && i != 2 || i > 2 {
							continue
						}
						if (name == "T" || name == "N" || name == "Key") && i > 0 {
							if lit, ok := n.Args[0].(*ast.BasicLit); ok && shape.MatchString(strings.Trim(lit.Value, `"`)) {
								continue // the key came first; this is an argument
							}
							if i > 1 {
								continue
							}
						}
						s.note(fset, a, true)
					}
				case *ast.KeyValueExpr:
					if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Key" || strings.HasSuffix(k.Name, "Key")) {
						s.note(fset, n.Value, true)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *sources) uses(key string) bool {
	if _, ok := s.literals[key]; ok {
		return true
	}
	if base, isHint := strings.CutSuffix(key, ".hint"); isHint && s.uses(base) {
		return true
	}
	for p := range s.prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

var placeholder = regexp.MustCompile(`\{[1-9]\}`)

func placeholders(s string) []string {
	found := placeholder.FindAllString(s, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestCatalogues(t *testing.T) {
	c, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	s := read(t)
	if len(s.must) < 10 {
		t.Fatalf("only %d keys found in the sources: the walk is broken", len(s.must))
	}
	for key, where := range s.must {
		for _, lang := range text.Langs() {
			if !c.Has(lang, key) {
				t.Errorf("%s: key %s is not in the %s catalogue", where, key, lang)
			}
		}
	}
	for _, pair := range [][2]string{{text.ID, text.EN}, {text.EN, text.ID}} {
		for _, key := range c.Keys(pair[0]) {
			if !c.Has(pair[1], key) {
				t.Errorf("key %s is in the %s catalogue and not in the %s one", key, pair[0], pair[1])
			}
		}
	}
	for _, key := range c.Keys(text.ID) {
		if !shape.MatchString(key) {
			t.Errorf("key %s: keys are lower case, with dots, and begin with their area", key)
		}
		if !s.uses(key) {
			t.Errorf("key %s is used nowhere", key)
		}
		// T without arguments leaves ⟦n⟧ where {n} stood; that shows which
		// placeholders the message has, in the language and its plural forms.
		id, en := bare(c, text.ID, key), bare(c, text.EN, key)
		if !slices.Equal(id, en) {
			t.Errorf("key %s: placeholders %v in Indonesian and %v in English", key, id, en)
		}
	}
}

func bare(c *text.Catalogue, lang, key string) []string {
	return placeholders(strings.NewReplacer("⟦", "{", "⟧", "}").Replace(c.T(lang, key)))
}
