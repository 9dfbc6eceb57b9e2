package appoint

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
)

// maxBody is how large a request with a table may be: base64 takes a third more.
const maxBody = maxTable*4/3 + 1<<20

type tableIn struct {
	ID   string `path:"id" doc:"Number of the batch"`
	Body struct {
		Version  int               `json:"version" doc:"Of the batch; needed with commit" default:"-1"`
		Name     string            `json:"name,omitempty" doc:"Name of the file"`
		File     []byte            `json:"file" doc:"The file, CSV or XLSX, in base64"`
		Proposer string            `json:"proposer,omitempty" doc:"NIP, NRK or id, for rows that name nobody"`
		Map      map[string]string `json:"map,omitempty" doc:"Which heading is which column: post, person, proposer, reason, others, single; - leaves one out"`
		Commit   bool              `json:"commit,omitempty" doc:"Take all rows when none is refused; else only check"`
	}
}

// TableDoc is what the API says of a table of proposals.
type TableDoc struct {
	Taken    bool           `json:"taken"`
	Version  int            `json:"version" doc:"Of the batch, now"`
	Rows     int            `json:"rows"`
	Refused  int            `json:"refused" doc:"Rows"`
	Verdicts map[string]int `json:"verdicts" doc:"Of the rows that are not refused"`
	Columns  []Column       `json:"columns"`
	Problems []RefusalDoc   `json:"problems"`
}

// RefusalDoc is one problem of a row.
type RefusalDoc struct {
	Row     int64  `json:"row" doc:"As a spreadsheet counts; the heading is 1"`
	Column  string `json:"column,omitempty"`
	Heading string `json:"heading,omitempty"`
	Post    string `json:"post"`
	Person  string `json:"person"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// Doc is the report in the words of a language.
func (t *TableReport) Doc(cat *text.Catalogue, lang string) *TableDoc {
	if lang == "" {
		lang = text.ID
	}
	out := &TableDoc{Version: t.Version, Rows: t.Rows, Refused: t.Refused, Verdicts: t.Verdicts, Columns: t.Columns, Problems: []RefusalDoc{}}
	if out.Columns == nil {
		out.Columns = []Column{}
	}
	if out.Verdicts == nil {
		out.Verdicts = map[string]int{}
	}
	for _, x := range t.Refusals {
		out.Problems = append(out.Problems, RefusalDoc{x.Row, x.Letter, x.Heading, x.Post, x.Person, x.Problem.Key, cat.Field(lang, x.Problem)})
	}
	return out
}

func (s *Service) tableAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	post := op("table", http.MethodPost, "/batches/{id}/table", "table")
	post.MaxBodyBytes, post.BodyReadTimeout = maxBody, 5*time.Minute
	sh.Widen("POST /api/v1/appoint/batches/{id}/table", web.Room{Body: maxBody, Time: 5 * time.Minute})
	web.JSON(api, sh, post, func(ctx context.Context, who actor.Actor, in *tableIn) (*TableDoc, error) {
		b := in.Body
		x := TableInput{Batch: in.ID, Name: b.Name, Body: b.File, Proposer: b.Proposer, Map: b.Map}
		if !b.Commit {
			report, err := s.DryRun(ctx, who, x)
			if err != nil {
				return nil, err
			}
			return report.Doc(sh.Text, who.Lang), nil
		}
		if b.Version < 0 {
			return nil, fault.Fields{{Name: "version", Key: "appoint.check.empty"}}.Err()
		}
		report, batch, err := s.Import(ctx, who, x, b.Version)
		if f := fault.Of(err); f != nil && f.Key == keyRefused {
			return report.Doc(sh.Text, who.Lang), nil
		}
		if err != nil {
			return nil, err
		}
		doc := report.Doc(sh.Text, who.Lang)
		doc.Taken, doc.Version = true, batch.Version
		return doc, nil
	})
}
