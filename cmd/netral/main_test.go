package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"netral": main})
}

// TestScript runs whole sessions with the real program: testdata/script.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("NETRAL_LANG", "en")
			port, err := freePort()
			if err != nil {
				return err
			}
			env.Setenv("ADDR", "127.0.0.1:"+port)
			rules, err := filepath.Abs("../../rules/id-asn")
			if err != nil {
				return err
			}
			env.Setenv("RULES", rules)
			jar, err := cookiejar.New(nil)
			env.Values[jarKey{}] = jar
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fetch":    fetch,
			"await":    await,
			"copyall":  copyAll,
			"replace":  replace,
			"flip":     flip,
			"slipfile": slipFile,
			"visit":    visit,
			"submit":   submit,
			"api":      api,
			"code":     code,
			"pick":     pick,
		},
	})
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", err
	}
	return port, l.Close()
}

// fetch PATH FILE [BODY]: asks the server of the session and writes what it
// says to FILE; with BODY it posts that JSON. It waits until the server is
// there. With ! in front the status must be an error.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: fetch PATH FILE [JSON]")
	}
	url := "http://" + ts.Getenv("ADDR") + args[0]
	var resp *http.Response
	var err error
	for range 200 {
		if len(args) > 2 {
			resp, err = http.Post(url, "application/json", strings.NewReader(args[2]))
		} else {
			resp, err = http.Get(url)
		}
		if err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o600))
	if bad := resp.StatusCode >= 400; bad != neg {
		ts.Fatalf("%s: status %d\n%s", url, resp.StatusCode, body)
	}
}

// await PATH TEXT: asks the server again and again until its answer holds TEXT.
func await(ts *testscript.TestScript, _ bool, args []string) {
	var body []byte
	for range 300 {
		resp, err := http.Get("http://" + ts.Getenv("ADDR") + args[0])
		ts.Check(err)
		body, err = io.ReadAll(resp.Body)
		ts.Check(errors.Join(err, resp.Body.Close()))
		if bytes.Contains(body, []byte(args[1])) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s never says %q; it says:\n%s", args[0], args[1], body)
}

// copyAll FROM TO: copies every file of a folder.
func copyAll(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(args[0])))
}

// replace FILE OLD NEW: the first OLD in FILE becomes NEW; it must be there.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, bytes.Replace(b, []byte(args[1]), []byte(args[2]), 1), 0o600))
}

// slipFile JSON FILE: takes the slip file out of an answer of the API.
func slipFile(ts *testscript.TestScript, _ bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var v struct {
		File string `json:"file"`
	}
	ts.Check(json.Unmarshal(b, &v))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(v.File), 0o600))
}

// flip DB: changes one letter in the body of the first entry of a record, as
// somebody with the file at hand could.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(tamper(filepath.Join(ts.MkAbs(args[0]), "netral.db")))
}

func tamper(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	i := bytes.Index(b, []byte(`"outcome":"prohibited"`))
	if i < 0 {
		return fmt.Errorf("%s: no slip to tamper with", path)
	}
	b[i+len(`"outcome":"`)] = 'P'
	return os.WriteFile(path, b, 0o600)
}
