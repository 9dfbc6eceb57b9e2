package vault_test

import (
	"io/fs"
	"testing/fstest"
)

// mapFS is a folder of a test's migrations.
type mapFS map[string]string

func (m mapFS) Open(name string) (fs.File, error) {
	all := fstest.MapFS{}
	for k, v := range m {
		all[k] = &fstest.MapFile{Data: []byte(v)}
	}
	return all.Open(name)
}
