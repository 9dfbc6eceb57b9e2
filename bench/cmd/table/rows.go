package main

// Row is one piece of work of the table.
type Row struct {
	Key      string
	Work     string    // what is done, as the table says it
	Aim      string    // what was aimed at, as the table says it
	Ours     Measure   // Netral's own
	Partners []Measure // the same work by others; may be empty
}

// Measure is one thing to run: a Go benchmark, or a command that prints lines
// in the format of Go benchmarks. Either may print several; Name picks one.
type Measure struct {
	By      string   // who, as the table says it
	Name    string   // the benchmark's name, without "Benchmark" and the CPU count
	Dir     string   // where to run, from the bench folder; "" is the bench folder
	Command []string // what to run; nil is go test with this benchmark
	Metric  string   // a unit to print beside the time, such as "situations"
}

// rows is the table. To add one, write a benchmark (here or beside the code)
// and name it.
var rows = []Row{
	{
		Key: "decision", Work: "one decision of the conduct book, all facts known",
		Aim:  "≥ 20× the fastest, < 1 µs, no allocation",
		Ours: Measure{By: "netral", Name: "DecisionNetral"},
		Partners: []Measure{
			{By: "cedar-go v1.9.0", Name: "DecisionCedar"},
			{By: "cel-go v0.33.2", Name: "DecisionCEL"},
			{By: "OPA v1.22.2", Name: "DecisionOPA"},
		},
	},
	{
		Key: "check", Work: "check of the whole space of the conduct book",
		Aim:  "≥ 10⁸ situations, about a second",
		Ours: Measure{By: "netral", Name: "Check", Metric: "situations"},
	},
	{
		Key: "load", Work: "reading and compiling the conduct book",
		Aim:  "about a second",
		Ours: Measure{By: "netral", Name: "Load"},
	},
	{
		Key: "page", Work: "answer, smallest flips and days of change, one fact in five missing",
		Aim:  "< 300 µs",
		Ours: Measure{By: "netral", Name: "Page"},
	},
	{
		Key: "draw", Work: "draw of 1,000 from 4.7 million, one core",
		Aim:  "< 3 s",
		Ours: Measure{By: "netral", Name: "Sample", Command: draw},
	},
	{
		Key: "ticket", Work: "ticket numbers of 4.7 million ids, one core",
		Aim:  "≤ 1.5× the bare hash: a ratio of 0.67 or more beside it",
		Ours: Measure{By: "netral", Name: "Numbers", Command: draw},
		Partners: []Measure{
			{By: "bare SHA-256 of the same bytes", Name: "Bare", Command: draw},
			{By: "the method in plain Python (draws, too)", Name: "Python", Command: append(draw, "-python", "python3")},
		},
	},
	{
		Key: "eligible", Work: "who is eligible for one post, of 64,135 people, with the reasons",
		Aim:  "< 1 s, no slower than one SQL query",
		Ours: Measure{By: "netral", Name: "EligibleNetral", Command: []string{"go", "run", "./cmd/eligible", "-ours", "-count", "1"}},
		Partners: []Measure{
			{By: "PostgreSQL, one query", Name: "EligiblePostgres", Command: []string{"go", "run", "./cmd/eligible", "-count", "1"}},
		},
	},
}

// draw prints a line for each of its parts; each run measures all of them.
var draw = []string{"go", "run", "./cmd/draw"}
