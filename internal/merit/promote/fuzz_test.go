package promote_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"netral/internal/merit/promote"
	"netral/internal/rule"
	"netral/rules"
)

// Whatever stands in measure.yaml, reading it ends with a law or an error, and
// a law that was read answers.
func FuzzLoadLaw(f *testing.F) {
	files := fstest.MapFS{}
	err := fs.WalkDir(rules.FS, "id-jabatan", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(rules.FS, p)
		files[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files["id-jabatan/measure.yaml"].Data)
	f.Add([]byte("bands: {}"))
	f.Add([]byte("ladder: [{level: pengawas}]\nheads: [{is: nobody}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		files := fstest.MapFS{"id-jabatan/measure.yaml": {Data: b}, "id-jabatan/vocabulary.yaml": files["id-jabatan/vocabulary.yaml"], "id-jabatan/book.yaml": files["id-jabatan/book.yaml"],
			"id-jabatan/rules/10-person.yaml": files["id-jabatan/rules/10-person.yaml"], "id-jabatan/rules/20-paper.yaml": files["id-jabatan/rules/20-paper.yaml"],
			"id-jabatan/rules/30-path.yaml": files["id-jabatan/rules/30-path.yaml"], "id-jabatan/rules/40-bar.yaml": files["id-jabatan/rules/40-bar.yaml"], "id-jabatan/rules/50-power.yaml": files["id-jabatan/rules/50-power.yaml"]}
		l, err := promote.LoadLaw(files, "id-jabatan", rule.Timeline{})
		if err != nil {
			return
		}
		r, p := lurah(), camat()
		if a := l.Assess(&r, &p, promote.Policy{"policy_training": "nonsense"}, on("2023-12-27"), nil); len(a.Req) == 0 {
			t.Error("no requirement was looked at")
		}
	})
}
