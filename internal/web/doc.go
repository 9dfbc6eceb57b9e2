// Package web is the frame in which every page and every answer of the API is
// served: it knows HTTP, languages and errors, and nothing about civil
// servants.
//
// # A page
//
// A slice writes handlers that take a *Request and return a Response or an
// error, and pages that are templ components:
//
//	shell.Handle(mux, "GET /kalender", func(r *web.Request) (web.Response, error) {
//		e, err := book.Edition(r.Context())
//		if err != nil {
//			return nil, err // becomes a page that says what to do
//		}
//		return web.Page{Title: r.T("calendar.title"), Nav: "/kalender", Body: calendarPage(r, e)}, nil
//	})
//
// The component draws one h1 and what is under it; the shell draws the rest.
// Pages are drawn into memory first, so that nobody ever sees half a page.
//
// # What always holds
//
//   - Nothing personal is in an address or in a log. Answers travel in the body
//     of a POST; a line of the access log has the pattern of the route
//     ("GET /slip/{id}"), never the path, never a query, never an address of
//     the network.
//   - Nothing on a page comes from a third party, no page has inline style or
//     script, and the content security policy says so to the browser.
//   - No GET changes anything, and no POST from another site is taken.
//   - An error is a page that says what was given and what is possible, in the
//     language of the reader, with a number by which the log can be searched;
//     under /api it is the same as problem+json (RFC 9457).
//   - Everything works without JavaScript.
//
// # Language
//
// The cookie "lang", else Accept-Language, else Indonesian. A form in the head
// of every page switches it. A page that answers a POST gives Page.Keep, so
// that the form sends the same fields again and no answer is lost.
package web
