package e2e

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axe string

// MaxWeight is what a page with all its assets may take on the wire.
const MaxWeight = 60 << 10

// minTarget is the least height or width of a thing to press that stands on
// its own, in CSS pixels.
const minTarget = 44

// Axe runs axe-core with the rules of WCAG 2.2 AA and its own best practices,
// and lists what it finds.
func (tab *Tab) Axe() []string {
	tab.t.Helper()
	return tab.axe(allRules)
}

// allRules are the rules of WCAG 2.2 AA and axe's own best practices.
const allRules = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`

// placeRules are those of allRules that look at where things stand and how they
// are coloured. All others read the tree of the page, and which of it is shown:
// in a window of another width they find the same, as long as outline is the
// same.
const placeRules = `{type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'skip-link']}`

// outline says of every element whether it is shown, and whether as part of a
// table or a list: all that a style sheet can change of what a page means. The
// frame of the site, which has another menu on a phone, is told apart, with its
// text; but for where its links and forms lead it is the same on many pages.
func (tab *Tab) outline() (content, frame string) {
	tab.t.Helper()
	got := eval[[]string](tab, `(() => {
		const as = e => {
			const s = getComputedStyle(e);
			if (s.display === 'none') return 'n';
			if (s.visibility !== 'visible') return 'h';
			return /^(table|inline-table|list-item|contents)/.test(s.display) ? s.display : '.';
		};
		const frame = [...document.querySelectorAll('body > header, body > footer')];
		const framed = e => frame.some(f => f.contains(e));
		const all = [...document.querySelectorAll('*')];
		const what = e => e.tagName + ':' + e.getAttributeNames().join(',') + as(e);
		return [all.filter(e => !framed(e)).map(what).join(' '), all.filter(framed).map(as).join(' ') + frame.map(f => f.outerHTML).join('').replace(/ (href|action|value)="[^"]*"/g, '')];
	})()`)
	return got[0], got[1]
}

func (tab *Tab) axe(only string) []string {
	tab.t.Helper()
	// Evaluated by the debugger, not by the page: its policy stays as it is.
	if !eval[bool](tab, "'axe' in window") { // half a megabyte: once for each page
		eval[any](tab, axe+";0")
	}
	return eval[[]string](tab, `axe.run(document, {runOnly: `+only+`, resultTypes: ['violations']})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160) + ' ' + (n.any[0] || n.all[0] || n.none[0] || {message: ''}).message)))`,
		chromedp.EvalAwaitPromise)
}

// Weight is the size of the page and all that it loaded: on the wire, and
// unpacked.
func (tab *Tab) Weight() (wire, unpacked int) {
	tab.t.Helper()
	got := eval[[]int](tab, `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
		.reduce((s, e) => [s[0] + e.encodedBodySize, s[1] + e.decodedBodySize], [0, 0])`)
	return got[0], got[1]
}

// Overflow lists what is wider than the window, so that a phone would have to
// scroll sideways.
func (tab *Tab) Overflow() []string {
	tab.t.Helper()
	// Not innerWidth: on a phone the window grows with what is too wide for it.
	return eval[[]string](tab, fmt.Sprintf(`document.scrollingElement.scrollWidth <= %[1]d ? [] :
		[...document.body.querySelectorAll('*')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > %[1]d + 1)
		.slice(0, 5).map(e => e.outerHTML.slice(0, 120))`, tab.size.Width))
}

// SmallTargets lists the buttons and fields that a thumb would miss. Links in
// running text are left out, as WCAG does.
func (tab *Tab) SmallTargets() []string {
	tab.t.Helper()
	return eval[[]string](tab, fmt.Sprintf(`[...document.querySelectorAll('button, select, textarea, summary, input:not([type=hidden]), nav a, .button')]
		.map(e => (e.type === 'radio' || e.type === 'checkbox') ? e.parentElement : e)
		.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])
		.filter(([e, b]) => b.height < %d - .5 || b.width < %d - .5)
		.map(([e, b]) => Math.round(b.width) + '×' + Math.round(b.height) + ' ' + e.outerHTML.slice(0, 120))`, minTarget, minTarget))
}

// Shot pictures the whole page, when NETRAL_SHOTS names a folder.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	if os.Getenv("NETRAL_SHOTS") == "" {
		return
	}
	tab.call("picture "+name, func(ctx context.Context) error {
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		return keep(name+".png", png)
	})
}

// keep writes a picture or a print to the folder of NETRAL_SHOTS, if any.
func keep(name string, b []byte) error {
	dir := os.Getenv("NETRAL_SHOTS")
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), b, 0o600)
}

// sheet is how Chromium writes a page of a PDF.
var sheet = regexp.MustCompile(`/Type\s*/Page\b`)

// Printed prints the page on A4 paper as the style sheet wants it, and says
// how many sheets it takes.
func (tab *Tab) Printed(name string) int {
	tab.t.Helper()
	sheets := 0
	tab.call("print "+name, func(ctx context.Context) error {
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			return err
		}
		sheets = len(sheet.FindAll(pdf, -1))
		return keep(name+".pdf", pdf)
	})
	return sheets
}

// Check demands of the page in the tab what every page must do, and pictures
// it under the name.
func (tab *Tab) Check(name string) {
	tab.t.Helper()
	tab.check(name, allRules)
}

// check is Check with some of axe's rules, in the light.
func (tab *Tab) check(name, rules string) {
	tab.t.Helper()
	if got := eval[int64](tab, "innerWidth"); got < tab.size.Width {
		tab.t.Errorf("%s: the window is %d wide, not %d", name, got, tab.size.Width)
	}
	if wire, unpacked := tab.Weight(); wire > MaxWeight {
		tab.t.Errorf("%s: %d bytes on the wire (%d unpacked), at most %d", name, wire, unpacked, MaxWeight)
	} else if wire == 0 {
		tab.t.Errorf("%s: weighs nothing, so nothing was measured", name)
	}
	for _, x := range tab.Overflow() {
		tab.t.Errorf("%s: wider than the window: %s", name, x)
	}
	for _, x := range tab.SmallTargets() {
		tab.t.Errorf("%s: too small to press: %s", name, x)
	}
	tab.scheme(false)
	for _, x := range tab.axe(rules) {
		tab.t.Errorf("%s: axe: %s", name, x)
	}
	tab.Shot(name + "-light")
	tab.scheme(true)
	if tab.size.Mobile { // in the dark only colours differ, and they are those of the desk
		for _, x := range tab.axe(`{type: 'rule', values: ['color-contrast']}`) {
			tab.t.Errorf("%s, dark: axe: %s", name, x)
		}
	}
	tab.Shot(name + "-dark")
	tab.scheme(tab.dark)
	// An error page is reported by the browser as a resource that failed.
	failed := eval[int](tab, "performance.getEntriesByType('navigation')[0].responseStatus") >= 400
	for _, x := range tab.Complaints() {
		if !failed || !strings.Contains(x, "Failed to load resource") {
			tab.t.Errorf("%s: the browser complains: %s", name, x)
		}
	}
}

// words are the sentences of the page without its codes, which may differ from
// one request to the next.
func (tab *Tab) words() string {
	tab.t.Helper()
	return eval[string](tab, "[...document.querySelectorAll('main :is(h1, h2, p, li, label, legend, th, td, button):not(:has(code))')].map(e => e.innerText).join('\\n')")
}

// scripted says whether anything on the page can run or is shown only where
// nothing can. Without either it is the same page to a browser that runs no
// script: the policy of the site lets nothing inside an attribute run.
func (tab *Tab) scripted() bool {
	tab.t.Helper()
	return eval[bool](tab, `document.querySelector('script, noscript, object, embed, iframe') !== null ||
		[...document.querySelectorAll('*')].some(e => e.getAttributeNames().some(n => n.startsWith('on')))`)
}

// Pages checks pages of a handler in both languages, on a phone and on a desk,
// in light and in dark, and that their text is there without script.
func Pages(t *testing.T, h http.Handler, paths []string) {
	t.Helper()
	PagesAs(t, h, "", func(*Tab) {}, paths)
}

// PagesAs is Pages for somebody who has signed in: enter is called once for
// each window, before its first page. As begins the names of the pictures.
func PagesAs(t *testing.T, h http.Handler, as string, enter func(*Tab), paths []string) {
	t.Helper()
	b := Open(t, h)
	var looked sync.Map // pages in their wide outline, at which axe has looked with all rules
	for _, lang := range []string{"id", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel() // two windows, two processors
			b.with(t).pages(lang, as, enter, paths, &looked)
		})
	}
}

// pages checks pages in one language. Windows are kept from page to page:
// opening one takes longer than most checks. A page is loaded once; the window
// is made wider for the desk.
func (b *Browser) pages(lang, as string, enter func(*Tab), paths []string, looked *sync.Map) {
	tab := b.Tab(Phone, In(lang))
	enter(tab)
	var plain *Tab              // without script; opened when a page has some
	frames := map[string]bool{} // looked at on a desk, with all rules
	for _, path := range paths {
		name := as + pictureName(path)
		b.t.(*testing.T).Run(name, func(t *testing.T) {
			tab.t = t
			tab.forget()
			tab.resize(Phone)
			tab.Visit(path)
			if got := eval[string](tab, "document.documentElement.lang"); got != lang {
				t.Errorf("the page is in %q, asked for %q", got, lang)
			}
			tab.Check(name + "-" + lang + "-" + Phone.Name)
			words := tab.words()
			narrow, _ := tab.outline()
			if len(words) < 20 {
				t.Errorf("the page says only %q", words)
			}
			if tab.scripted() {
				if plain == nil {
					plain = b.Tab(Phone, In(lang), NoScript)
					enter(plain)
				}
				plain.t = t
				plain.Visit(path)
				if got := plain.words(); got != words {
					t.Errorf("without script the page says %q, with script %q", got, words)
				}
			}
			tab.resize(Desk)
			rules := placeRules
			wide, frame := tab.outline()
			if !frames[frame] {
				rules, frames[frame] = allRules, true
			}
			// What a page is in a wide window, and is not in a narrow one, is the same
			// in the other language; its texts were looked at in the narrow one.
			if wide != narrow {
				if _, before := looked.LoadOrStore(path+" "+wide, true); !before {
					rules = allRules
				}
			}
			tab.check(name+"-"+lang+"-"+Desk.Name, rules)
		})
	}
}

// pictureName makes a file name of a path.
func pictureName(path string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, path), "_")
	if name == "" {
		return "home"
	}
	return name
}
