package archive

import (
	"netral/internal/letter"
	"netral/internal/text"
	"netral/internal/web"
)

// sealName is who sealed, as the certificate says; of a broken one that it cannot
// be told.
func sealName(r *web.Request, name, issuer string, broken bool) string {
	if broken {
		return "–"
	}
	return r.T("letter.check.by_issued", name, issuer)
}

func sealTime(r *web.Request, s letter.Seal) string {
	if s.Broken || s.At.IsZero() {
		return "–"
	}
	return text.Time(r.Lang, s.At)
}

// covers is the key of what a seal says.
func covers(s letter.Seal) string {
	switch {
	case s.Broken:
		return "letter.check.broken"
	case !s.Whole:
		return "letter.check.part"
	case !s.Trusted:
		return "letter.check.whole_foreign"
	}
	return "letter.check.whole"
}
