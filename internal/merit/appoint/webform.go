package appoint

import (
	"net/url"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// version is the version that a form was shown with; a form without one is too
// old for anything.
func version(form url.Values) int {
	n, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		return -1
	}
	return n
}

// act does what a form of the page of a batch asks for.
func (s *Service) act(r *web.Request, form url.Values) error {
	ctx, id, v := r.Context(), r.PathValue("id"), version(form)
	var f fault.Fields
	var err error
	switch form.Get("do") {
	case "propose":
		row := ProposalRow{Post: form.Get("propose-post"), Person: form.Get("propose-person"), Proposer: form.Get("propose-proposer"), Others: lines(form.Get("propose-others")), Reason: form.Get("propose-reason"), Single: form.Get("propose-single")}
		_, _, err = s.Propose(ctx, r.Who, ProposeInput{Batch: id, Version: v, Rows: []ProposalRow{row}})
		err = plain(err)
	case "many":
		var rows []ProposalRow
		if rows, err = rowsFrom(form.Get("many-rows"), form.Get("many-proposer")); err == nil {
			_, _, err = s.Propose(ctx, r.Who, ProposeInput{Batch: id, Version: v, Rows: rows})
		}
	case "table": // the switch of the language cannot send the file again
		err = fault.Fields{{Name: "file", Key: "appoint.table.file_none"}}.Err()
	case "assess":
		in := AssessInput{Batch: id, Version: v, Number: form.Get("assess-number"), Date: parsed(&f, form, "assess-date", "date"), Assessors: lines(form.Get("assess-assessors")), Summary: form.Get("assess-summary")}
		if err = f.Err(); err == nil {
			_, _, err = s.Assess(ctx, r.Who, in)
		}
	case "approve":
		a := Approval{Kind: form.Get("approve-kind"), Number: form.Get("approve-number"), Date: parsed(&f, form, "approve-date", "date")}
		if err = f.Err(); err == nil {
			_, _, err = s.Approve(ctx, r.Who, id, v, a)
		}
	case "recheck":
		_, _, err = s.Recheck(ctx, r.Who, id, v)
	case "sign":
		in := SignInput{Batch: id, Version: v, Date: day.None}
		if form.Get("sign-date") != "" {
			in.Date = parsed(&f, form, "sign-date", "date")
		}
		if err = f.Err(); err == nil {
			_, _, err = s.Sign(ctx, r.Who, in)
		}
	case "cancel":
		_, _, err = s.Cancel(ctx, r.Who, id, v, form.Get("cancel-why"))
	case "oath":
		in := OathInput{Batch: id, Version: v, Witnesses: []string{form.Get("oath-witness1"), form.Get("oath-witness2")}, Officiant: form.Get("oath-officiant")}
		for name := range form {
			if post, ok := strings.CutPrefix(name, "absent-"); ok && strings.TrimSpace(form.Get(name)) != "" {
				in.Absent = append(in.Absent, Absence{Post: post, Why: form.Get(name)})
			}
		}
		_, _, err = s.Oath(ctx, r.Who, in)
	case "effect":
		_, _, err = s.Effect(ctx, r.Who, id, v)
	default:
		err = fault.New(fault.Invalid, "appoint.do", clip(form.Get("do")))
	}
	return err
}

// actCase does what a form of the page of a proposal asks for.
func (s *Service) actCase(r *web.Request, form url.Values) error {
	ctx, id, post, v := r.Context(), r.PathValue("id"), r.PathValue("post"), version(form)
	var err error
	switch form.Get("do") {
	case "drop":
		_, _, err = s.Drop(ctx, r.Who, id, v, post, form.Get("drop-why"))
	case "except":
		_, _, err = s.Except(ctx, r.Who, id, v, post, form.Get("except-why"))
	case "correct":
		_, _, err = s.Amend(ctx, r.Who, AmendInput{id, v, Correction, post, form.Get("correct-field"), form.Get("correct-becomes"), form.Get("correct-why")})
	case "withdraw":
		_, _, err = s.Amend(ctx, r.Who, AmendInput{id, v, Withdrawal, post, "", "", form.Get("withdraw-why")})
	case "recuse":
		_, _, err = s.Recuse(ctx, r.Who, RecuseInput{Batch: id, Version: v, Post: post, Person: form.Get("recuse-person"), Substitute: form.Get("recuse-substitute"), Note: form.Get("recuse-note")})
	default:
		err = fault.New(fault.Invalid, "appoint.do", clip(form.Get("do")))
	}
	return err
}

// lines are the lines of a field that are not empty.
func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// plain names the fields of the only row of a form as the form does.
func plain(err error) error {
	f := fault.Of(err)
	if f == nil {
		return nil
	}
	c := *f
	c.Fields = append(fault.Fields{}, f.Fields...)
	for i := range c.Fields {
		c.Fields[i].Name = strings.TrimPrefix(c.Fields[i].Name, "rows[0].")
	}
	return &c
}

// rowsFrom reads proposals that were typed one a line: post; person; others with
// commas between them; reason; reason for a single candidate.
func rowsFrom(text, proposer string) ([]ProposalRow, error) {
	var out []ProposalRow
	var f fault.Fields
	for i, l := range lines(text) {
		parts := strings.Split(l, ";")
		if len(parts) < 4 || len(parts) > 5 {
			f.Add(len(f) >= maxTold, "rows", "appoint.propose.line", i+1, len(parts))
			continue
		}
		row := ProposalRow{Post: parts[0], Person: parts[1], Proposer: proposer, Others: strings.Split(parts[2], ","), Reason: parts[3]}
		if len(parts) == 5 {
			row.Single = parts[4]
		}
		out = append(out, row)
	}
	return out, f.Err()
}
