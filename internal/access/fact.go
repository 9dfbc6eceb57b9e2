package access

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"netral/internal/actor"
)

// facts are all that a decision depends on, packed, lowest bits first: what is
// true of asker and thing, the roles that count here, those held anywhere, those
// that count and are lasting, the type of the thing, the action.
type facts uint64

// What may be true.
const (
	known facts = 1 << iota
	machine
	own
	relative
	party
	delegated
	recipient
	withReason
)

const (
	maxRoles   = 12
	roleMask   = 1<<maxRoles - 1
	hereAt     = 8
	holdsAt    = hereAt + maxRoles
	lastingAt  = holdsAt + maxRoles
	kindAt     = lastingAt + maxRoles
	maxKinds   = 64
	actionAt   = kindAt + 6
	maxActions = 1 << 12
)

func (f facts) is(bit facts) bool { return f&bit != 0 }

func (f *facts) set(bit facts, on bool) {
	if on {
		*f |= bit
	}
}

func (f facts) roles(at int) uint16 { return uint16(f >> at & roleMask) } //nolint:gosec // twelve bits

func (f *facts) hold(at int, roles uint16) { *f |= facts(roles) << at }

// place is where a thing lies.
type place struct {
	unit, area         string
	unitPath, areaPath []string
}

func (p *place) covers(g actor.Grant) bool {
	return (g.Unit == "" || g.Unit == p.unit || slices.Contains(p.unitPath, g.Unit)) &&
		(g.Area == "" || g.Area == p.area || slices.Contains(p.areaPath, g.Area))
}

// look finds the facts. Extra are the attributes that only the schema knows.
func (g *Guard) look(who actor.Actor, action string, r Resource) (facts, *rules, types.RecordMap, error) {
	a, ok := g.actions[action]
	if !ok {
		return 0, nil, nil, wrong("no action %q in the schema", action)
	}
	kind := -1
	for i, k := range a.kinds {
		if a.Types[i] == r.Type {
			kind = k
		}
	}
	if kind < 0 {
		return 0, nil, nil, wrong("%s is done to %s, not to %q", action, strings.Join(a.Types, " or "), r.Type)
	}
	f := facts(a.number)<<actionAt | facts(kind)<<kindAt //nolint:gosec // both are small and not negative
	f.set(known, who.Known())
	f.set(machine, who.Via == "cli" && strings.HasPrefix(who.ID, "os:") || who.Via == "job" && who.ID == "system")

	var p place
	var extra types.RecordMap
	for name, v := range r.Attrs {
		fits := true
		switch name {
		case "unit":
			p.unit, fits = v.(string)
		case "area":
			p.area, fits = v.(string)
		case "unitPath":
			p.unitPath, fits = v.([]string)
		case "areaPath":
			p.areaPath, fits = v.([]string)
		case "person", "owner":
			var s string
			s, fits = v.(string)
			f.set(own, same(who, s))
		case "relatives":
			fits = f.among(relative, who, v)
		case "parties":
			fits = f.among(party, who, v)
		case "delegates":
			fits = f.among(delegated, who, v)
		case "recipients":
			fits = f.among(recipient, who, v)
		case "reason":
			var s string
			s, fits = v.(string)
			f.set(withReason, strings.TrimSpace(s) != "")
		default:
			var val types.Value
			if val, fits = g.value(kind, name, v); fits {
				if extra == nil {
					extra = types.RecordMap{}
				}
				extra[types.String(name)] = val
			}
		}
		if !fits {
			return 0, nil, nil, wrong("%s: a %s has no attribute %s that is a %T", action, r.Type, name, v)
		}
	}
	if !who.Known() {
		return f, a, extra, nil // whatever else is said of them, they hold nothing
	}
	for _, gr := range who.Grants {
		n, ok := g.roleNumber[gr.Role]
		if !ok {
			continue
		}
		f.hold(holdsAt, 1<<n)
		if p.covers(gr) {
			f.hold(hereAt, 1<<n)
			if !gr.Acting {
				f.hold(lastingAt, 1<<n)
			}
		}
	}
	return f, a, extra, nil
}

// same says whether an id means who asks: as an actor, or in the roster.
func same(who actor.Actor, id string) bool {
	return id != "" && who.Known() && (id == who.ID || id == who.Person)
}

func (f *facts) among(bit facts, who actor.Actor, v any) bool {
	list, fits := v.([]string)
	for _, id := range list {
		f.set(bit, same(who, id))
	}
	return fits
}
