package app

import (
	"github.com/schollz/progressbar/v3"
)

// bar shows on a terminal how far a long command is; elsewhere it is silent.
type bar struct{ b *progressbar.ProgressBar }

func (r *run) bar(what string) *bar {
	if !r.Terminal {
		return &bar{}
	}
	return &bar{progressbar.NewOptions64(-1, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(r.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish())}
}

// step says that n of total rows are done; a total of 0 is not known.
func (b *bar) step(n, total int64) {
	if b.b == nil {
		return
	}
	if total > 0 && b.b.GetMax64() != total {
		b.b.ChangeMax64(total)
	}
	_ = b.b.Set64(n) // a bar that cannot be drawn is no reason to stop
}

func (b *bar) done() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}
