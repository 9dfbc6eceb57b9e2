package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience bounds one step in the browser. A busy machine is slow; nothing
// waits this long unless it hangs.
const patience = 60 * time.Second

// Browser is a running Chromium with a server to visit.
type Browser struct {
	t    testing.TB
	ctx  context.Context
	base string
}

// Open serves h on a port of this machine and starts a browser. Both end with
// the test.
func Open(t testing.TB, h http.Handler) *Browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not installed, and in CI nothing may be left out: apt-get install chromium")
		}
		t.Skip("Chromium is not installed, so no page was looked at in a browser: apt-get install chromium")
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", "Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider"),
		chromedp.Flag("hide-scrollbars", true),
		// Nothing but the server under test may be reached.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.UserDataDir(t.TempDir()))
	actx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, quit := chromedp.NewContext(actx)
	t.Cleanup(func() { quit(); stop() })
	// The context of the first call owns the browser: it must have no deadline.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &Browser{t: t, ctx: ctx, base: srv.URL}
}

// with is the browser for a part of the test: windows end with it.
func (b *Browser) with(t testing.TB) *Browser { return &Browser{t: t, ctx: b.ctx, base: b.base} }

// Size is a screen in CSS pixels.
type Size struct {
	Name          string
	Width, Height int64
	Mobile        bool
}

// The two screens that every page is looked at on.
var (
	Phone = Size{"360", 360, 780, true}
	Desk  = Size{"1280", 1280, 900, false}
)

// Option changes a tab before its first page.
type Option func(*Tab)

// Dark asks pages for their dark colours.
func Dark(tab *Tab) { tab.dark = true }

// NoScript switches JavaScript off.
func NoScript(tab *Tab) { tab.noScript = true }

// In sets the cookie of the language, "id" or "en".
func In(lang string) Option { return func(tab *Tab) { tab.lang = lang } }

// Tab is a window of its own: no cookie or cache is shared with another.
type Tab struct {
	t              testing.TB
	ctx            context.Context
	base           string
	size           Size
	dark, noScript bool
	lang           string

	mu       sync.Mutex
	messages []string
}

// Tab opens a window of the given size.
func (b *Browser) Tab(size Size, options ...Option) *Tab {
	b.t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.t.Cleanup(closeTab)
	tab := &Tab{t: b.t, ctx: ctx, base: b.base, size: size}
	for _, o := range options {
		o(tab)
	}
	// As with the browser: the first call must have no deadline.
	console := chromedp.Console(ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			tab.mu.Lock()
			tab.messages = append(tab.messages, m.String())
			tab.mu.Unlock()
		}
	}()
	tab.resize(size)
	tab.scheme(tab.dark)
	if tab.noScript {
		tab.call("switch script off", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		})
	}
	if tab.lang != "" {
		tab.call("set language", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "lang", Value: tab.lang, URL: b.base})
			return err
		})
	}
	return tab
}

// resize makes the window another one; the page stays, and is laid out anew.
func (tab *Tab) resize(size Size) {
	tab.t.Helper()
	tab.size = size
	tab.call("size", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: size.Width, Height: size.Height, DeviceScaleFactor: 1, Mobile: size.Mobile,
		})
		return err
	})
}

func (tab *Tab) call(what string, f func(context.Context) error) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := f(ctx); err != nil {
		tab.t.Fatalf("%s: %v", what, err)
	}
}

func (tab *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	tab.call(what, func(ctx context.Context) error { return chromedp.Do(ctx, steps...) })
}

func (tab *Tab) scheme(dark bool) {
	tab.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	tab.call("colours", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

// media shows pages as they are on another medium: "print".
func (tab *Tab) media(name string) {
	tab.t.Helper()
	tab.call("medium", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
		return err
	})
}

// Visit opens a path of the server and waits until it is there.
func (tab *Tab) Visit(path string) {
	tab.t.Helper()
	tab.do("visit "+path, chromedp.Navigate(tab.base+path))
}

// Path is where the tab is now, with its query and fragment.
func (tab *Tab) Path() string {
	tab.t.Helper()
	return strings.TrimPrefix(eval[string](tab, "location.href"), tab.base)
}

// Text is what a person can read on the page.
func (tab *Tab) Text() string {
	tab.t.Helper()
	return eval[string](tab, "document.body.innerText")
}

// HasFocus is a short description of what the keyboard acts on: its id, else
// its name, else its text.
func (tab *Tab) HasFocus() string {
	tab.t.Helper()
	return eval[string](tab, "(e => e.id || e.name || e.innerText.trim())(document.activeElement)")
}

// Press presses a key n times: "Tab", "Enter", "Space", "Down", "Up",
// "Backtab".
func (tab *Tab) Press(key string, n int) {
	tab.t.Helper()
	for range n {
		tab.do("press "+key, tab.key(key))
	}
}

func (tab *Tab) key(key string) chromedp.Action[chromedp.Void] {
	tab.t.Helper()
	switch key {
	case "Tab":
		return chromedp.KeyEvent(kb.Tab)
	case "Backtab":
		return chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
	case "Enter":
		return chromedp.KeyEvent(kb.Enter)
	case "Space":
		return chromedp.KeyEvent(" ")
	case "Down":
		return chromedp.KeyEvent(kb.ArrowDown)
	case "Up":
		return chromedp.KeyEvent(kb.ArrowUp)
	case "End":
		return chromedp.KeyEvent(kb.End)
	}
	tab.t.Fatalf("no key %q", key)
	return nil
}

// Type writes on the keyboard.
func (tab *Tab) Type(text string) {
	tab.t.Helper()
	tab.do("type", chromedp.KeyEvent(text))
}

// To presses Tab until the keyboard acts on the thing with this id, name or
// text.
func (tab *Tab) To(what string) {
	tab.t.Helper()
	var seen []string
	for range 200 {
		tab.Press("Tab", 1)
		names := eval[[]string](tab, "(e => [e.id, e.name || '', e.innerText.trim()])(document.activeElement)")
		if slices.Contains(names, what) {
			return
		}
		seen = append(seen, strings.Join(names, "|"))
	}
	tab.t.Fatalf("the keyboard never reaches %q; it reaches %q", what, seen)
}

// Go presses a key that opens another page, and waits until it is there.
func (tab *Tab) Go(key string) {
	tab.t.Helper()
	tab.call("press "+key+" and wait", func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired,
			func(page.EventLoadEventFired) bool { return true }, tab.key(key)))
		return err
	})
}

// Click presses the first thing that the CSS selector finds.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Follow clicks something that opens another page, and waits until it is there.
func (tab *Tab) Follow(selector string) {
	tab.t.Helper()
	tab.call("follow "+selector, func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired,
			func(page.EventLoadEventFired) bool { return true }, chromedp.Click(chromedp.CSS(selector))))
		return err
	})
}

// Back goes one page back.
func (tab *Tab) Back() {
	tab.t.Helper()
	tab.do("go back", chromedp.NavigateBack())
}

// Complaints are the messages of the console so far: what the content security
// policy blocked, what could not be loaded.
func (tab *Tab) Complaints() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.messages...)
}

// forget drops the complaints so far.
func (tab *Tab) forget() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.messages = nil
}

// eval asks the page something.
func eval[T any](tab *Tab, expression string, options ...chromedp.EvaluateOption) T {
	tab.t.Helper()
	var out T
	tab.call("ask the page", func(ctx context.Context) error {
		var err error
		out, err = chromedp.Run(ctx, chromedp.Evaluate[T](expression, options...))
		return err
	})
	return out
}
