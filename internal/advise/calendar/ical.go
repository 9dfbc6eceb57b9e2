package calendar

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/text"
)

// uidDomain makes UIDs world-wide unique (RFC 5545, 3.8.4.7). It is part of
// what subscribers have stored and must never change; it is no address.
const uidDomain = "@kalender.netral"

// refresh is how often programs should ask again (RFC 7986, 5.7). A date that
// KPU moves is known the same day; twice a day is enough and cheap.
const refresh = "PT12H"

// ical writes the feed by RFC 5545 and RFC 7986. There is no METHOD: it would
// turn the feed into an invitation (RFC 5546), which needs an organizer.
// Without one DTSTAMP is when the event was last revised (3.8.7.2), so the
// bytes stay the same until something changes. Stages are whole days, which
// have no time zone: they are the same days on every phone.
func (s *Service) ical(cat *text.Catalogue, lang string, all []event, only []string) []byte {
	w := &icalWriter{lang: lang}
	name := cat.T(lang, "calendar.feed.name")
	if len(only) > 0 {
		name = cat.T(lang, "calendar.feed.name_of", only)
	}
	w.raw("BEGIN", "VCALENDAR")
	w.raw("VERSION", "2.0")
	w.raw("PRODID", "-//Netral//Kalender pemilihan//"+strings.ToUpper(lang))
	w.raw("CALSCALE", "GREGORIAN")
	w.text("NAME", name)
	w.text("X-WR-CALNAME", name)
	about := cat.T(lang, "calendar.feed.about")
	w.text("DESCRIPTION", about)
	w.text("X-WR-CALDESC", about)
	w.raw("X-WR-TIMEZONE", "Asia/Jakarta")
	w.raw("REFRESH-INTERVAL;VALUE=DURATION", refresh)
	w.raw("X-PUBLISHED-TTL", refresh)
	if s.Address != "" {
		w.raw("URL", s.Address+"/kalender")
	}
	var changed time.Time
	for _, ev := range all {
		if ev.modified.After(changed) {
			changed = ev.modified
		}
	}
	if !changed.IsZero() {
		w.raw("LAST-MODIFIED", stamp(changed))
	}
	for _, ev := range all {
		s.vevent(w, cat, ev)
	}
	w.raw("END", "VCALENDAR")
	return w.buf.Bytes()
}

func (s *Service) vevent(w *icalWriter, cat *text.Catalogue, ev event) {
	lang, c := w.lang, ev.content
	title := c.Title.In(lang)
	if c.Window {
		title = cat.T(lang, "calendar.window")
	}
	summary := cat.T(lang, "calendar.feed.summary", title, c.Short)
	status := "CONFIRMED"
	switch {
	case c.Cancelled:
		status = "CANCELLED"
		// Programs that know nothing of STATUS must not mislead either.
		summary = cat.T(lang, "calendar.feed.cancelled", summary)
	case c.Contingent:
		status = "TENTATIVE"
		summary = cat.T(lang, "calendar.feed.tentative", summary)
	}
	w.raw("BEGIN", "VEVENT")
	w.raw("UID", ev.key+uidDomain)
	w.raw("DTSTAMP", stamp(ev.modified))
	w.raw("CREATED", stamp(ev.created))
	w.raw("LAST-MODIFIED", stamp(ev.modified))
	w.raw("SEQUENCE", strconv.Itoa(ev.sequence))
	w.raw("DTSTART;VALUE=DATE", date(c.From))
	w.raw("DTEND;VALUE=DATE", date(c.Until))
	w.raw("STATUS", status)
	w.raw("TRANSP", "TRANSPARENT") // nobody is busy because there is a campaign
	w.raw("CLASS", "PUBLIC")
	w.text("SUMMARY", summary)
	w.text("DESCRIPTION", describe(cat, lang, c))
	w.list("CATEGORIES", cat.T(lang, "calendar.kind."+c.Kind), c.Short.In(lang))
	switch {
	case s.Address == "":
	case ev.gone: // perhaps with its whole contest, and then with its page
		w.raw("URL", s.Address+"/kalender")
	default:
		w.raw("URL", s.Address+"/kalender/"+c.Contest)
	}
	w.raw("END", "VEVENT")
}

// describe is what stands under an event: the days as KPU prints them, the
// basis, and every doubt.
func describe(cat *text.Catalogue, lang string, c content) string {
	lines := []string{span(cat, lang, c.From, c.Until)}
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(c.Note.In(lang))
	if !c.Basis.Zero() {
		add(cat.T(lang, "calendar.feed.basis", c.Basis))
	}
	add(cat.T(lang, "calendar.feed.confidence", text.Key("calendar.confidence."+strings.ToLower(c.Confidence))))
	if !c.Conflict.Zero() {
		add(cat.T(lang, "calendar.feed.conflict", c.Conflict))
	}
	return strings.Join(lines, "\n")
}

// span says the days [from, until) as KPU prints them, the last day included.
func span(cat *text.Catalogue, lang string, from, until day.Day) string {
	switch {
	case from == day.None && until == day.None:
		return cat.T(lang, "calendar.span.always")
	case from == day.None:
		return cat.T(lang, "calendar.span.until", text.Date(lang, until-1))
	case until == day.None:
		return cat.T(lang, "calendar.span.from", text.Date(lang, from))
	case until == from+1:
		return text.Day(lang, from)
	}
	return cat.T(lang, "calendar.span.days", text.Date(lang, from), text.Date(lang, until-1))
}

func date(d day.Day) string { return d.Time().Format("20060102") }

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// icalWriter writes content lines: each ends in CR LF and is folded so that no
// line has more than 75 octets and no character is cut (RFC 5545, 3.1).
type icalWriter struct {
	buf  bytes.Buffer
	lang string
}

// raw writes a value that is not text: it holds no line break.
func (w *icalWriter) raw(name, value string) { w.fold(name + ":" + value) }

// text writes a text in the feed's language.
func (w *icalWriter) text(name, value string) {
	if !strings.HasPrefix(name, "X-") && value != "" {
		name += ";LANGUAGE=" + w.lang
	}
	w.fold(name + ":" + escape(value))
}

// list writes several texts; the comma between them is not escaped.
func (w *icalWriter) list(name string, values ...string) {
	for i, v := range values {
		values[i] = escape(v)
	}
	w.fold(name + ";LANGUAGE=" + w.lang + ":" + strings.Join(values, ","))
}

// escape is that of TEXT (3.3.11). Control characters other than line breaks
// and tabs may not stand in a value at all.
func escape(s string) string {
	var b strings.Builder
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	for _, r := range s {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r':
			b.WriteString(`\n`)
		case r < ' ' && r != '\t' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

const maxLine = 75 // octets, without CR LF

func (w *icalWriter) fold(line string) {
	room := maxLine
	for len(line) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.buf.WriteString(line[:cut])
		w.buf.WriteString("\r\n ")
		line = line[cut:]
		room = maxLine - 1 // the space counts
	}
	w.buf.WriteString(line)
	w.buf.WriteString("\r\n")
}
