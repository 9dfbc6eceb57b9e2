package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"netral/internal/cli"
	"netral/internal/fault"
	"netral/internal/text"
)

// grammar is the command line.
type grammar struct {
	Lang string `enum:"id,en," default:"" help:"${h_lang}" placeholder:"id|en"`

	Demo     demoCmd     `cmd:"" help:"${h_demo}"`
	Serve    serveCmd    `cmd:"" help:"${h_serve}"`
	Migrate  migrateCmd  `cmd:"" help:"${h_migrate}"`
	Ask      askCmd      `cmd:"" help:"${h_ask}"`
	Screen   screenCmd   `cmd:"" help:"${h_screen}"`
	Rules    rulesCmd    `cmd:"" help:"${h_rules}"`
	Calendar calendarCmd `cmd:"" help:"${h_calendar}"`
	Draw     drawCmd     `cmd:"" help:"${h_draw}"`
	Letter   letterCmd   `cmd:"" help:"${h_letter}"`
	Verify   verifyCmd   `cmd:"" help:"${h_verify}"`
	Ledger   ledgerCmd   `cmd:"" help:"${h_ledger}"`
	Admin    adminCmd    `cmd:"" help:"${h_admin}"`
	Import   importCmd   `cmd:"" help:"${h_import}"`
	Export   exportCmd   `cmd:"" help:"${h_export}"`
	Appoint  appointCmd  `cmd:"" help:"${h_appoint}"`
	Backup   backupCmd   `cmd:"" help:"${h_backup}"`
	Restore  restoreCmd  `cmd:"" help:"${h_restore}"`
	Doctor   doctorCmd   `cmd:"" help:"${h_doctor}"`
	Version  versionCmd  `cmd:"" help:"${h_version}"`
}

// errSilent is the error of a command that has said all there is to say; its
// exit code is 1.
var errSilent = errors.New("app: said already")

// run is what every command gets.
type run struct {
	*cli.Env
	ctx context.Context
	log *slog.Logger
}

// Main runs one command and returns the exit code of the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	cat, err := text.New()
	if err != nil {
		fmt.Fprintln(stderr, "netral:", err)
		return 1
	}
	env := &cli.Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, Text: cat, Lang: language(args, getenv), User: userName(), Now: time.Now, Terminal: isTerminal(stderr)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return execute(&run{Env: env, ctx: ctx, log: slog.New(slog.NewTextHandler(stderr, nil))}, args)
}

func execute(r *run, args []string) (code int) {
	var g grammar
	exited := false
	parser, err := kong.New(&g,
		kong.Name("netral"),
		kong.Description(r.T("app.help.about")),
		kong.Writers(r.Stdout, r.Stderr),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		helpTexts(r.Env),
	)
	if err != nil {
		return r.Fail(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		return r.Fail(fault.Wrap(fault.Invalid, err, "app.usage"))
	}
	switch err := command.Run(r); {
	case errors.Is(err, errSilent):
		return 1
	case errors.Is(err, context.Canceled) && r.ctx.Err() != nil:
		return 130
	case err != nil:
		return r.Fail(err)
	}
	return 0
}

// helpTexts gives kong the texts of the catalogue: ${h_x} is app.help.x.
func helpTexts(e *cli.Env) kong.Vars {
	vars := kong.Vars{}
	for _, key := range e.Text.Keys(e.Lang) {
		if name, ok := strings.CutPrefix(key, "app.help."); ok {
			vars["h_"+name] = e.T(key)
		}
	}
	return vars
}

// language is that of --lang, of NETRAL_LANG, or of the terminal, in this
// order. It must be known before the command line can be explained.
func language(args []string, getenv func(string) string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok && text.Known(v) {
			return v
		}
		if a == "--lang" && i+1 < len(args) && text.Known(args[i+1]) {
			return args[i+1]
		}
	}
	if l := getenv("NETRAL_LANG"); text.Known(l) {
		return l
	}
	if strings.HasPrefix(getenv("LANG"), "en") {
		return text.EN
	}
	return text.ID
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
