package ledger

import "golang.org/x/mod/sumdb/tlog"

// Report is what Verify found.
type Report struct {
	Size int64     // entries
	Root tlog.Hash // of the tree over them

	Erased       int64 // entries whose content was erased as it should be
	Sealed       int64
	Checkpoints  int64 // signed trees that were compared
	Cosignatures int64

	// Problems are in the order of the entries; the first is usually the
	// cause. No more than maxProblems are kept, Found counts all.
	Problems []Problem
	Found    int64
}

// maxProblems bounds what is kept of a log that is wrong everywhere.
const maxProblems = 200

// Problem is one thing that is not as it was recorded. Key and Args are a
// message of the text catalogues, in plain words.
type Problem struct {
	Index int64 // the entry; the size of the tree for a checkpoint; -1 for the log as a whole
	Key   string
	Args  []any
}

// Clean says whether nothing is wrong.
func (r Report) Clean() bool { return r.Found == 0 }

func (r *Report) wrong(index int64, key string, args ...any) {
	r.Found++
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, Problem{Index: index, Key: key, Args: args})
	}
}
