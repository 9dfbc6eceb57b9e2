package app

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/permit/invite"
)

// letterOfflineCmd writes a letter from a reserve without a network and without a
// house: only the signed file and the key of the log are needed. What was used is
// noted beside the file, so that no number is used twice from it.
type letterOfflineCmd struct {
	Key    string `placeholder:"FILE" help:"${h_offline_key}"`
	Out    string `placeholder:"FILE" help:"${h_offline_out}"`
	Number int    `placeholder:"N" help:"${h_offline_number}"`
	People string `placeholder:"TEXT" help:"${h_offline_people}"`
	Task   string `placeholder:"TEXT" help:"${h_offline_task}"`
	Signer string `placeholder:"TEXT" help:"${h_offline_signer}"`
	Day    string `placeholder:"YYYY-MM-DD" help:"${h_offline_day}"`
	File   string `arg:"" help:"${h_offline_file}"`
}

// maxSheaf is more than any reserve takes.
const maxSheaf = 64 << 10

func (c *letterOfflineCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, maxSheaf)
	if err != nil {
		return err
	}
	text := ""
	if c.Key != "" {
		key, err := readFile(r, c.Key, maxSheaf)
		if err != nil {
			return err
		}
		v, err := ledger.NewVerifier(strings.TrimSpace(string(key)))
		if err != nil {
			return err
		}
		if text, err = unsealed(raw, v); err != nil {
			return err
		}
	} else {
		text, _, _ = strings.Cut(string(raw), "\n\n")
		text += "\n"
		r.Say("app.offline.unchecked")
	}
	sheaf, err := invite.ParseSheaf(text)
	if err != nil {
		return err
	}
	used, err := usedOf(c.File)
	if err != nil {
		return err
	}
	n, err := c.pick(sheaf, used)
	if err != nil {
		return err
	}
	paper := sheaf.Form(n, invite.Filled{People: c.People, Task: c.Task, Signer: c.Signer, Day: c.Day})
	// Noted first: a number that was noted and not printed can be voided; one that was
	// printed and not noted would be used twice.
	if err := noteUsed(c.File, n.Number, c.Task); err != nil {
		return err
	}
	if c.Out == "" {
		_, err = fmt.Fprint(r.Stdout, paper)
		return err
	}
	if err := os.WriteFile(c.Out, []byte(paper), 0o600); err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", c.Out)
	}
	r.Say("app.offline.written", sheaf.No(n.Number), c.Out)
	return nil
}

// pick is the number that was asked for, or the first that is not used here.
func (c *letterOfflineCmd) pick(f *invite.Sheaf, used map[int]string) (invite.Number, error) {
	for _, n := range f.Numbers {
		switch what, taken := used[n.Number]; {
		case c.Number == n.Number && taken:
			return n, fault.New(fault.Conflict, "app.offline.twice", f.No(n.Number), what)
		case c.Number == n.Number, c.Number == 0 && !taken:
			return n, nil
		}
	}
	if c.Number != 0 {
		return invite.Number{}, fault.New(fault.Invalid, "invite.reserve.foreign", c.Number, f.Numbers[0].Number, f.Numbers[len(f.Numbers)-1].Number)
	}
	return invite.Number{}, fault.New(fault.Conflict, "app.offline.spent", len(f.Numbers))
}

func usedFile(file string) string { return file + ".terpakai" }

// usedOf reads what was used of a reserve on this machine.
func usedOf(file string) (map[int]string, error) {
	out := map[int]string{}
	f, err := os.Open(usedFile(file))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.file", usedFile(file))
	}
	defer f.Close() //nolint:errcheck // read only
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		a, what, _ := strings.Cut(lines.Text(), " ")
		if n, err := strconv.Atoi(a); err == nil {
			out[n] = what
		}
	}
	return out, lines.Err()
}

// noteUsed notes a number as used, durably.
func noteUsed(file string, n int, what string) error {
	f, err := os.OpenFile(usedFile(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(f, "%d %s\n", n, strings.Join(strings.Fields(what), " "))
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", usedFile(file))
	}
	return nil
}
