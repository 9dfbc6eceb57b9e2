// Package e2e looks at pages the way people do: in a real browser, on a phone
// and on a desk, in light and in dark, by keyboard, without script, and with
// the checks of axe-core for those who cannot see.
//
// The browser is Debian's Chromium. Where it is missing the tests are skipped
// and say so; in CI (when the variable CI is set) they fail.
//
// A test that has a handler needs one line for its pages:
//
//	e2e.Pages(t, handler, []string{"/", "/tanya", "/kalender"})
//
// and for anything more a Tab:
//
//	tab := e2e.Open(t, handler).Tab(e2e.Phone, e2e.NoScript)
//	tab.Visit("/tanya")
//	tab.Press("Tab", 3)
//	tab.Type("bolehkah …")
//	tab.Go("Enter")
//
// A page is loaded once for both widths, and axe looks at it anew in the wider
// window with the rules that a width can change: all of them where the style
// sheet shows, hides or makes a table of something else there, else those about
// place and colour. Without script it is opened again only if it has any.
//
// With NETRAL_SHOTS set to a folder, every page that is checked is also
// pictured there, so that somebody can look at it.
package e2e
