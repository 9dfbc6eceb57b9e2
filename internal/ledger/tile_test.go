package ledger

import (
	"strings"
	"testing"
)

func TestTilePaths(t *testing.T) {
	for path, want := range map[string]tile{
		"tile/0/000":                  {width: 256},
		"tile/0/005.p/1":              {n: 5, width: 1},
		"tile/3/x001/x234/067":        {level: 3, n: 1234067, width: 256},
		"tile/entries/x001/000.p/255": {entries: true, n: 1000, width: 255},
	} {
		got, ok := parseTile(path)
		if !ok || got != want {
			t.Errorf("%s: %+v, %v", path, got, ok)
		}
		if want.path() != path {
			t.Errorf("%+v is at %s, want %s", want, want.path(), path)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/00/000", "tile/+1/000", "tile/8/000", "tile/64/000", "tile/-1/000",
		"tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001/x000",
		"tile/0/000/", "tile/0//000", "/tile/0/000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01",
		"tile/0/000.p/256", "tile/0/000.p/1/", "tile/0/000.p/1.p/1", "tile/0/x00a/000", "tile/0/X001/000", "tile/0/xx01/000",
		"tile/data/000", "tile/Entries/000", "tile/entries/000.p/ 1", "tile/0/%30%30%30", "tile/0/000?x", "tile/0/..",
		"tile/0/" + strings.Repeat("x999/", 8) + "999", "tile/0/x018/x446/x744/x073/x709/x551/616",
	} {
		if got, ok := parseTile(path); ok {
			t.Errorf("%q is taken for %+v", path, got)
		}
	}
}

func FuzzTilePath(f *testing.F) {
	for _, s := range []string{"tile/0/000", "tile/entries/x001/x234/067.p/8", "tile/7/x000/000", "tile/1/000.p/+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseTile(s)
		if !ok {
			return
		}
		if got.path() != s || got.n < 0 || got.n >= maxTile || got.width < 1 || got.width > tileWidth || got.level > maxTileLevel {
			t.Errorf("%q is taken for %+v", s, got)
		}
	})
}
