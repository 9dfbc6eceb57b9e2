package app

// routes says for every pattern of the site what it asks for: an action of
// package access, or one of the words above knock. A test walks the mux; a
// pattern that is missing here is refused to whoever is nobody. Where a form or
// the state of a thing says which of several acts is meant, all their actions
// stand there, with a bar between them: one of them is asked for.
var routes = map[string]string{
	"GET /static/{name}":      public,
	"POST /bahasa":            public,
	"GET /privasi":            public,
	"GET /sehat":              public,
	"GET /sehat/hidup":        public,
	"GET /sehat/siap":         public,
	"GET /api":                public,
	"GET /api/openapi.json":   public,
	"GET /galeri":             public,
	"POST /peragaan/hari":     public,
	"GET /galeri/{key}":       public,
	"GET /masuk":              public,
	"POST /masuk":             public,
	"GET /masuk/kode":         public,
	"POST /masuk/kode":        public,
	"POST /masuk/kunci":       public,
	"POST /masuk/kunci/jawab": public,
	"POST /masuk/demo":        public,
	"GET /masuk/sso":          public,
	"GET /masuk/sso/kembali":  public,
	"GET /keluar":             public,
	"POST /keluar":            public,
	"GET /pulih":              public,
	"POST /pulih":             public,
	"GET /pulih/{token}":      public,
	"POST /pulih/{token}":     public,
	"GET /akun/kunci.js":      public,
	"GET /akun/sso":           public,

	"GET /akun":                   account,
	"POST /akun/bahasa":           account,
	"POST /akun/sesi/{id}/tutup":  account,
	"POST /akun/sesi/tutup-lain":  account,
	"GET /akun/ulang":             account,
	"POST /akun/ulang":            account,
	"GET /akun/sandi":             account,
	"POST /akun/sandi":            account,
	"GET /akun/totp":              account,
	"POST /akun/totp":             account,
	"POST /akun/totp/mulai":       account,
	"GET /akun/kode":              account,
	"POST /akun/kode":             account,
	"GET /akun/kunci":             account,
	"POST /akun/kunci":            account,
	"POST /akun/kunci/mulai":      account,
	"POST /akun/kunci/{id}/hapus": account,

	"GET /akun/kelola":            "account.manage",
	"GET /akun/kelola/baru":       "account.manage",
	"POST /akun/kelola/baru":      "account.manage",
	"GET /akun/kelola/{id}":       "account.manage",
	"GET /akun/kelola/{id}/ubah":  "account.manage",
	"POST /akun/kelola/{id}/ubah": "account.manage",

	"GET /akun/kelola/{id}/peran":          "grant.change",
	"POST /akun/kelola/{id}/peran":         "grant.change",
	"GET /akun/kelola/{id}/peran/{grant}":  "grant.change",
	"POST /akun/kelola/{id}/peran/{grant}": "grant.change",

	"GET /akun/kelola/{id}/pulih":  "recovery.approve",
	"POST /akun/kelola/{id}/pulih": "recovery.approve",
	"GET /akun/pemulihan":          "recovery.approve",
	"GET /akun/pemulihan/{id}":     "recovery.approve",
	"POST /akun/pemulihan/{id}":    "recovery.approve",

	"GET /akun/token":    "token.read",
	"GET /api/v1/tokens": "token.read",

	"POST /akun/token":    "token.create",
	"POST /api/v1/tokens": "token.create",

	"POST /akun/token/{id}/cabut": "token.revoke",
	"DELETE /api/v1/tokens/{id}":  "token.revoke",

	"GET /antrean": "jobs.read",

	"POST /antrean/{id}/ulangi": "jobs.retry",

	"POST /antrean/{id}/batalkan": "jobs.cancel",

	"GET /{$}":                   "ask.ask",
	"GET /tanya":                 "ask.ask",
	"POST /tanya":                "ask.ask",
	"GET /tabel":                 "ask.ask",
	"POST /api/v1/ask":           "ask.ask",
	"GET /api/v1/ask/vocabulary": "ask.ask",

	"POST /slip":             "slip.issue",
	"POST /api/v1/ask/slips": "slip.issue",

	"GET /slip/{number}":             "slip.read",
	"GET /slip/{number}/berkas":      "slip.read",
	"GET /api/v1/ask/slips/{number}": "slip.read",

	"GET /periksa":            "slip.check",
	"POST /periksa":           "slip.check",
	"POST /api/v1/ask/verify": "slip.check",

	"GET /aturan":      "rules.read",
	"GET /aturan/{id}": "rules.read",

	"GET /kalender":                   "calendar.read",
	"GET /kalender.ics":               "calendar.read",
	"GET /kalender/edisi":             "calendar.read",
	"GET /kalender/edisi/{id}":        "calendar.read",
	"GET /kalender/edisi/{id}/berkas": "calendar.read",
	"GET /kalender/perubahan":         "calendar.read",
	"GET /kalender/{contest}":         "calendar.read",
	"GET /api/v1/calendar":            "calendar.read",
	"GET /api/v1/calendar/{day}":      "calendar.read",

	"GET /catatan": "record.read",
	"GET /log/":    "record.read",

	"GET /kantor":       "office.read",
	"GET /api/v1/inbox": "office.read",

	"GET /kantor/cari":           "search.people",
	"POST /kantor/cari":          "search.people",
	"POST /api/v1/roster/search": "search.people",

	"GET /kantor/orang":              "roster.person.read",
	"GET /kantor/orang/{id}":         "roster.person.read",
	"POST /kantor/orang/{id}":        "roster.person.read",
	"GET /kantor/saya":               "roster.person.read",
	"GET /api/v1/roster/people":      "roster.person.read",
	"GET /api/v1/roster/people/{id}": "roster.person.read",

	"GET /kantor/orang/{id}/ubah":     "roster.person.correct",
	"POST /kantor/orang/{id}/ubah":    "roster.person.correct",
	"POST /api/v1/roster/corrections": "roster.person.correct",

	"GET /kantor/saya/koreksi":     "roster.correction.ask",
	"POST /kantor/saya/koreksi":    "roster.correction.ask",
	"POST /api/v1/roster/requests": "roster.correction.ask",

	"GET /kantor/koreksi":               "roster.correction.decide",
	"POST /kantor/koreksi/{id}":         "roster.correction.decide",
	"POST /api/v1/roster/requests/{id}": "roster.correction.decide",

	"GET /kantor/unit":              "roster.unit.read",
	"GET /kantor/unit/{id}":         "roster.unit.read",
	"GET /kantor/unit/{id}/bagan":   "roster.unit.read",
	"GET /api/v1/roster/units":      "roster.unit.read",
	"GET /api/v1/roster/units/{id}": "roster.unit.read",

	"GET /kantor/impor":                  "roster.import",
	"POST /kantor/impor":                 "roster.import",
	"GET /kantor/contoh/{file}":          "roster.import",
	"GET /kantor/impor/{id}":             "roster.import",
	"POST /kantor/impor/{id}/kolom":      "roster.import",
	"POST /kantor/impor/{id}/muat":       "roster.import",
	"POST /kantor/impor/{id}/batal":      "roster.import",
	"GET /kantor/impor/{id}/ditolak.csv": "roster.import",
	"POST /api/v1/imports":               "roster.import",
	"GET /api/v1/imports/{id}":           "roster.import",
	"POST /api/v1/imports/{id}/commit":   "roster.import",

	"GET /kantor/ekspor":         "roster.export",
	"GET /kantor/ekspor/{file}":  "roster.export",
	"POST /kantor/ekspor/{file}": "roster.export",
	"GET /api/v1/exports/{file}": "roster.export",

	"GET /kantor/jabatan":         "roster.post.read",
	"GET /kantor/daftar-unit":     "roster.unit.read",
	"GET /kantor/peta":            "roster.unit.read",
	"GET /api/v1/roster/posts":    "roster.post.read",
	"GET /api/v1/roster/staffing": "roster.unit.read",
	"GET /api/v1/roster/figures":  "roster.unit.read",

	"GET /kantor/ekspor/findings.csv":    "roster.quality.read",
	"GET /kantor/ekspor/corrections.csv": "roster.correction.decide",

	"GET /pelantikan":                        "appoint.public",
	"GET /pelantikan/{year}/{number}":        "appoint.public",
	"GET /pelantikan/{year}/{number}/berkas": "appoint.public",
	"GET /api/v1/appoint/decrees":            "appoint.public",

	"GET /kantor/pelantikan":                    "appoint.read",
	"GET /kantor/pelantikan/{id}":               "appoint.read",
	"GET /kantor/pelantikan/{id}/usulan/{post}": "appoint.read",
	"GET /api/v1/appoint/batches/{id}":          "appoint.read",

	"POST /kantor/pelantikan":                                   "appoint.prepare",
	"POST /kantor/pelantikan/{id}":                              "appoint.prepare|appoint.sign|appoint.oath|appoint.effect",
	"POST /kantor/pelantikan/{id}/usulan/{post}":                "appoint.prepare|appoint.except",
	"POST /api/v1/appoint/batches":                              "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/proposals":               "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/proposals/{post}/drop":   "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/proposals/{post}/except": "appoint.except",
	"POST /api/v1/appoint/batches/{id}/proposals/{post}/recuse": "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/minutes":                 "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/approvals":               "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/sign":                    "appoint.sign",
	"POST /api/v1/appoint/batches/{id}/cancel":                  "appoint.prepare|appoint.sign", // by the state
	"POST /api/v1/appoint/batches/{id}/arrivals":                "appoint.oath",
	"POST /api/v1/appoint/batches/{id}/oath":                    "appoint.oath",
	"POST /api/v1/appoint/batches/{id}/effect":                  "appoint.effect",

	"GET /kantor/pelantikan/{id}/petikan/{post}": "appoint.extract",

	"GET /kantor/pelantikan/{id}/denah":                     "appoint.read",
	"GET /kantor/pelantikan/{id}/tindak-lanjut":             "appoint.duty", // the office, with appoint.read, too
	"POST /kantor/pelantikan/{id}/tindak-lanjut":            "appoint.duty", // or whose the task is
	"POST /kantor/pelantikan/{id}/petikan/{post}":           "appoint.extract",
	"POST /api/v1/appoint/batches/{id}/pact":                "appoint.oath", // or the person themselves
	"POST /api/v1/appoint/batches/{id}/follow":              "appoint.duty",
	"GET /api/v1/appoint/batches/{id}/tasks":                "appoint.duty",
	"POST /api/v1/appoint/batches/{id}/amendments":          "appoint.sign",
	"GET /kantor/pelantikan/contoh-usulan.csv":              "appoint.read",
	"POST /kantor/pelantikan/{id}/tabel":                    "appoint.prepare",
	"GET /kantor/pelantikan/{id}/tabel/{table}":             "appoint.prepare",
	"POST /kantor/pelantikan/{id}/tabel/{table}":            "appoint.prepare",
	"GET /kantor/pelantikan/{id}/tabel/{table}/ditolak.csv": "appoint.prepare",
	"POST /api/v1/appoint/batches/{id}/table":               "appoint.prepare",
	"GET /kantor/pelantikan/{id}/centang":                   "appoint.read",
	"POST /kantor/pelantikan/{id}/centang":                  "appoint.read", // which of the actions, the form says
	"POST /api/v1/appoint/batches/{id}/roll":                "appoint.read", // likewise

	"GET /kantor/mutu":           "roster.quality.read",
	"GET /api/v1/roster/quality": "roster.quality.read",

	"GET /undian":                             "callup.public",
	"GET /undian/hitung":                      "callup.public",
	"POST /undian/hitung":                     "callup.public",
	"GET /undian/{programme}/{number}":        "callup.public",
	"GET /undian/{programme}/{number}/berkas": "callup.public",
	"GET /undian/{programme}/{number}/daftar": "callup.public",
	"GET /undian/{programme}/{number}/segel":  "callup.public",
	"GET /api/v1/callup":                      "callup.public",
	"GET /api/v1/callup/rounds/{id}":          "callup.public",
	"POST /api/v1/callup/check":               "callup.public",

	"GET /undian/keadilan":        "callup.fairness",
	"GET /api/v1/callup/fairness": "callup.fairness",

	"POST /undian/{programme}/{number}/suar": "callup.beacon",
	"POST /api/v1/callup/rounds/{id}/beacon": "callup.beacon",

	"GET /kantor/paparan":              "callup.read",
	"GET /api/v1/callup/desk":          "callup.read",
	"GET /kantor/paparan/putaran/{id}": "callup.read",

	"GET /kantor/paparan/program":   "callup.change",
	"POST /kantor/paparan/program":  "callup.change",
	"PUT /api/v1/callup/programmes": "callup.change",

	"GET /kantor/paparan/segel/{programme}":      "callup.seal",
	"POST /kantor/paparan/segel/{programme}":     "callup.seal",
	"POST /api/v1/callup/programmes/{id}/rounds": "callup.seal",

	"POST /kantor/paparan/putaran/{id}/dadu": "callup.dice",
	"POST /api/v1/callup/rounds/{id}/dice":   "callup.dice",

	"POST /kantor/paparan/putaran/{id}/batal": "callup.void",
	"POST /api/v1/callup/rounds/{id}/void":    "callup.void",

	"GET /kantor/paparan/panggilan/{id}": "callup.call",
	"GET /api/v1/callup/calls/{id}":      "callup.call",

	"GET /kantor/paparan/saya":                  "callup.answer",
	"GET /api/v1/callup/mine":                   "callup.answer",
	"POST /kantor/paparan/panggilan/{id}":       "callup.answer",
	"POST /api/v1/callup/calls/{id}":            "callup.answer",
	"GET /kantor/saya/karier":                   "promote.check",
	"POST /kantor/saya/karier":                  "promote.check",
	"GET /kantor/promosi/orang/{id}":            "promote.check",
	"POST /api/v1/promote/check":                "promote.check",
	"POST /kantor/saya/karier/tanggapan":        "promote.reply",
	"POST /api/v1/promote/replies":              "promote.reply",
	"GET /kantor/promosi":                       "promote.list",
	"GET /kantor/promosi/jabatan/{id}":          "promote.list",
	"GET /api/v1/promote/posts/{post}/eligible": "promote.list",
	"POST /kantor/promosi/jabatan/{id}/surat":   "promote.approval",
	"POST /kantor/promosi/orang/{id}/surat":     "promote.paper",
	"POST /api/v1/promote/papers":               "promote.paper",
	"POST /api/v1/promote/papers/{id}/withdraw": "promote.paper",
	"POST /kantor/promosi/orang/{id}/alasan":    "promote.excuse",
	"POST /api/v1/promote/excuses":              "promote.excuse",
	"GET /kantor/promosi/kebijakan":             "promote.policies",
	"GET /api/v1/promote/policy":                "promote.policies",
	"POST /kantor/promosi/kebijakan":            "promote.policy",
	"POST /api/v1/promote/policy":               "promote.policy",
	"GET /kantor/saya/karier/pengusul":          "promoter.see",
	"GET /kantor/promosi/pengusul":              "promoter.see",
	"GET /kantor/promosi/pengusul/{id}":         "promoter.see",
	"GET /api/v1/promote/promoters":             "promoter.see",
	"GET /api/v1/promote/promoters/{id}":        "promoter.see",
}
