package promote

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/web"
)

type checkIn struct {
	Body struct {
		Person  string            `json:"person" doc:"Id in the roster"`
		Post    string            `json:"post,omitempty" doc:"Id of the post; else give level"`
		Level   string            `json:"level,omitempty" doc:"pengawas, administrator or jpt_pratama"`
		Echelon string            `json:"echelon,omitempty" doc:"II.a to IV.b"`
		On      string            `json:"on,omitempty" doc:"Day in Jakarta, YYYY-MM-DD; today when left out"`
		Assume  map[string]string `json:"assume,omitempty" doc:"Facts to try out, of those that the person or the office can change"`
	}
}

type listQuery struct {
	Post   string   `path:"post"`
	On     string   `query:"on" doc:"Day in Jakarta, YYYY-MM-DD"`
	Answer []string `query:"answer" doc:"eligible, held, undecided, not_yet, outside; the first two when left out"`
	After  string   `query:"after" doc:"Value of next of the page before"`
	Limit  int      `query:"limit" doc:"Rows a page, at most 500"`
}

type paperBody struct {
	Body struct {
		Kind   string `json:"kind" doc:"competence, integrity, health, field, need; approval or consideration for a post"`
		Person string `json:"person,omitempty"`
		Post   string `json:"post,omitempty"`
		Value  string `json:"value"`
		Number string `json:"number"`
		Dated  string `json:"dated"`
		From   string `json:"from,omitempty"`
		Until  string `json:"until,omitempty" doc:"First day on which it no longer counts"`
		Note   string `json:"note,omitempty"`
	}
}

// PaperAnswer is what the API says of a paper.
type PaperAnswer struct {
	Paper
	Entry int64 `json:"entry" doc:"Index in the record"`
}

type withdrawIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

// EntryAnswer is where a change stands in the record.
type EntryAnswer struct {
	Entry int64 `json:"entry" doc:"Index in the record"`
}

type policySet struct {
	Body struct {
		Fact   string `json:"fact" doc:"policy_grade, policy_spin, policy_training or policy_case"`
		Value  string `json:"value"`
		Months int    `json:"months,omitempty" doc:"For within: how long after an appointment there is"`
		From   string `json:"from"`
		Decree string `json:"decree"`
		Reason string `json:"reason"`
	}
}

type policyQuery struct {
	On string `query:"on" doc:"Day in Jakarta, YYYY-MM-DD"`
}

// PolicyAnswer is what the API says of policies.
type PolicyAnswer struct {
	InForce Policy     `json:"in_force"`
	History []Decision `json:"history"`
}

type excuseIn struct {
	Body struct {
		Person string `json:"person"`
		Tenure string `json:"tenure"`
		Cause  string `json:"cause" doc:"abolished, reorganised, illness, need or other"`
		Note   string `json:"note"`
	}
}

type replyIn struct {
	Body struct {
		About string `json:"about" doc:"spin or promoter"`
		Text  string `json:"text"`
	}
}

type promoterQuery struct {
	ID   string `path:"id"`
	Part string `query:"part" doc:"proposed, assessed or decided; any when left out"`
}

// PromotersAnswer is what the API says of promoters.
type PromotersAnswer struct {
	Promoters []PromoterRecord `json:"promoters"`
}

// API puts the slice on the API.
func (s *Service) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"promote"}, Summary: "promote.api." + key, Description: "promote.api." + key + "_about"}
	}
	web.JSON(api, sh, op("promote-check", http.MethodPost, "/promote/check", "check"), func(ctx context.Context, who actor.Actor, in *checkIn) (*Checked, error) {
		on, err := dayIn("on", in.Body.On, day.None)
		if err != nil {
			return nil, err
		}
		c, err := s.Check(ctx, who, CheckInput{Person: in.Body.Person, Post: in.Body.Post, Level: in.Body.Level, Echelon: in.Body.Echelon, On: on, Set: in.Body.Assume})
		return &c, err
	})
	web.JSON(api, sh, op("promote-list", http.MethodGet, "/promote/posts/{post}/eligible", "list"), func(ctx context.Context, who actor.Actor, in *listQuery) (*Listed, error) {
		on, err := dayIn("on", in.On, day.None)
		if err != nil {
			return nil, err
		}
		var answers []Answer
		for _, a := range in.Answer {
			answers = append(answers, Answer(a))
		}
		l, err := s.List(ctx, who, ListInput{Post: in.Post, On: on, Answers: answers, After: in.After, Limit: in.Limit})
		return &l, err
	})
	web.JSON(api, sh, op("promote-promoter", http.MethodGet, "/promote/promoters/{id}", "promoter"), func(ctx context.Context, who actor.Actor, in *promoterQuery) (*PromoterRecord, error) {
		p, err := s.Promoter(ctx, who, PromoterInput{Promoter: in.ID, Part: in.Part})
		return &p, err
	})
	web.JSON(api, sh, op("promote-promoters", http.MethodGet, "/promote/promoters", "promoters"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*PromotersAnswer, error) {
		list, err := s.Promoters(ctx, who)
		return &PromotersAnswer{list}, err
	})
	web.JSON(api, sh, op("promote-policy", http.MethodGet, "/promote/policy", "policy"), func(ctx context.Context, who actor.Actor, in *policyQuery) (*PolicyAnswer, error) {
		on, err := dayIn("on", in.On, s.today())
		if err != nil {
			return nil, err
		}
		p, all, err := s.Policy(ctx, who, on)
		return &PolicyAnswer{p, all}, err
	})
	s.writeAPI(api, sh, op)
}

func (s *Service) writeAPI(api huma.API, sh *web.Shell, op func(id, method, path, key string) huma.Operation) {
	web.JSON(api, sh, op("promote-paper", http.MethodPost, "/promote/papers", "paper"), func(ctx context.Context, who actor.Actor, in *paperBody) (*PaperAnswer, error) {
		b := in.Body
		p := PaperInput{Kind: PaperKind(b.Kind), Person: b.Person, Post: b.Post, Value: b.Value, Number: b.Number, Note: b.Note}
		var err error
		if p.Dated, err = dayIn("dated", b.Dated, day.None); err != nil {
			return nil, err
		}
		if p.From, err = dayIn("from", b.From, day.None); err != nil {
			return nil, err
		}
		if p.Until, err = dayIn("until", b.Until, day.None); err != nil {
			return nil, err
		}
		out, receipt, err := s.FilePaper(ctx, who, p)
		return &PaperAnswer{out, receipt.Index}, err
	})
	web.JSON(api, sh, op("promote-withdraw", http.MethodPost, "/promote/papers/{id}/withdraw", "withdraw"), func(ctx context.Context, who actor.Actor, in *withdrawIn) (*EntryAnswer, error) {
		r, err := s.WithdrawPaper(ctx, who, in.ID, in.Body.Reason)
		return &EntryAnswer{r.Index}, err
	})
	web.JSON(api, sh, op("promote-policy-set", http.MethodPost, "/promote/policy", "policy_set"), func(ctx context.Context, who actor.Actor, in *policySet) (*Decision, error) {
		from, err := dayIn("from", in.Body.From, day.None)
		if err != nil {
			return nil, err
		}
		d, _, err := s.SetPolicy(ctx, who, PolicyInput{Fact: in.Body.Fact, Value: in.Body.Value, Months: in.Body.Months, From: from, Decree: in.Body.Decree, Reason: in.Body.Reason})
		return &d, err
	})
	web.JSON(api, sh, op("promote-excuse", http.MethodPost, "/promote/excuses", "excuse"), func(ctx context.Context, who actor.Actor, in *excuseIn) (*EntryAnswer, error) {
		r, err := s.Excuse(ctx, who, ExcuseInput{Person: in.Body.Person, Tenure: in.Body.Tenure, Cause: in.Body.Cause, Note: in.Body.Note})
		return &EntryAnswer{r.Index}, err
	})
	web.JSON(api, sh, op("promote-reply", http.MethodPost, "/promote/replies", "reply"), func(ctx context.Context, who actor.Actor, in *replyIn) (*Reply, error) {
		r, _, err := s.Answer(ctx, who, ReplyInput{About: in.Body.About, Text: in.Body.Text})
		return &r, err
	})
}
