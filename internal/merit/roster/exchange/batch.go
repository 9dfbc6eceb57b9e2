package exchange

import (
	"strconv"
	"strings"

	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// batchOf is the rows as the roster takes them.
func batchOf(list []*line) roster.Batch {
	var b roster.Batch
	if len(list) == 0 {
		return b
	}
	switch list[0].data.(type) { // the kinds of which there are most
	case *roster.Person:
		b.People = make([]roster.Person, 0, len(list))
	case *roster.Tenure:
		b.Tenures = make([]roster.Tenure, 0, len(list))
	}
	for _, l := range list {
		switch d := l.data.(type) {
		case *roster.Unit:
			b.Units = append(b.Units, *d)
		case *roster.Post:
			b.Posts = append(b.Posts, *d)
		case *roster.Person:
			b.People = append(b.People, *d)
		case *roster.Tenure:
			b.Tenures = append(b.Tenures, *d)
		case *roster.Rating:
			b.Ratings = append(b.Ratings, *d)
		case *roster.Training:
			b.Trainings = append(b.Trainings, *d)
		case *roster.Mark:
			b.Marks = append(b.Marks, *d)
		case *roster.Leave:
			b.Leaves = append(b.Leaves, *d)
		case *roster.Relation:
			b.Relations = append(b.Relations, *d)
		}
	}
	return b
}

// identify gives a row the id that it has in a batch.
func (l *line) identify(b *roster.Batch, i int) string {
	switch d := l.data.(type) {
	case *roster.Tenure:
		d.ID = b.Tenures[i].ID
		return d.ID
	case *roster.Rating:
		d.ID = b.Ratings[i].ID
		return d.ID
	case *roster.Training:
		d.ID = b.Trainings[i].ID
		return d.ID
	case *roster.Mark:
		d.ID = b.Marks[i].ID
		return d.ID
	case *roster.Leave:
		d.ID = b.Leaves[i].ID
		return d.ID
	case *roster.Relation:
		d.ID = b.Relations[i].ID
		return d.ID
	}
	return ""
}

// blame puts what the roster refused on the rows it names: "people[12].nip". It
// is false when a problem names none.
func (im *importing) blame(f *fault.Error, list []*line) bool {
	for _, x := range f.Fields {
		_, rest, ok := strings.Cut(x.Name, "[")
		n, field, ok2 := strings.Cut(rest, "].")
		i, err := strconv.Atoi(n)
		if !ok || !ok2 || err != nil || i < 0 || i >= len(list) {
			return false
		}
		key, args := x.Key, x.Args
		if key == "roster.bulk.double" { // its number counts within the batch
			field, key, args = "", "exchange.row.same_person", nil
		}
		list[i].note(im.h, fieldOf(field), key, args...)
	}
	return len(f.Fields) > 0
}
