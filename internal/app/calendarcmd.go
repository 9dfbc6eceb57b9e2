package app

import (
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/fault"
)

type calendarCmd struct {
	Show  calendarShowCmd  `cmd:"" default:"withargs" help:"${h_calendar_show}"`
	Amend calendarAmendCmd `cmd:"" help:"${h_calendar_amend}"`
}

type calendarShowCmd struct {
	place
	On   string `placeholder:"YYYY-MM-DD" help:"${h_calendar_on}"`
	JSON bool   `help:"${h_json}"`
}

func (c *calendarShowCmd) Run(r *run) error {
	on := day.At(r.Now())
	if c.On != "" {
		d, err := day.Parse(c.On)
		if err != nil {
			var wrong fault.Fields
			wrong.Add(false, "on", "ask.on_wrong", c.On, day.First, day.Last)
			return wrong.Err()
		}
		on = d
	}
	// The edition in force where there is a record, else the one carried.
	var service *calendar.Service
	if c.exists() == nil {
		h, err := c.house(r)
		if err != nil {
			return err
		}
		defer h.close() //nolint:errcheck // every write was durable when it returned
		service = h.calendar
	} else {
		k, err := loadKnowledge("")
		if err != nil {
			return err
		}
		service = &calendar.Service{Base: k.edition, Now: r.Now}
	}
	if c.JSON {
		e, err := service.Current(r.ctx)
		if err != nil {
			return err
		}
		return r.JSON(e.On(on))
	}
	return service.WriteText(r.ctx, r.Stdout, r.Text, r.Lang, on)
}

type calendarAmendCmd struct {
	place
	Note string `required:"" help:"${h_calendar_note}"`
	File string `arg:"" help:"${h_calendar_file}"`
}

func (c *calendarAmendCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, calendar.MaxFileBytes)
	if err != nil {
		return err
	}
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	done, err := h.calendar.Amend(r.ctx, r.Who(), calendar.AmendInput{Name: c.File, File: raw, Note: c.Note})
	if err != nil {
		return err
	}
	return calendar.WriteAmended(r.Stdout, r.Text, r.Lang, done)
}
