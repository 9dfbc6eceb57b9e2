package access

import (
	"iter"
	"maps"
	"sync/atomic"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// memory keeps what was decided. A decision is a function of its facts, so it
// never has to be forgotten; a slot holds the last decision that fell on it.
type memory [1 << 13]atomic.Uint64

const (
	filled  = 1 << 63
	allowed = 1 << 62
)

func (m *memory) slot(f facts) *atomic.Uint64 {
	h := uint64(f) * 0x9E3779B97F4A7C15 // 2⁶⁴ over the golden ratio: spreads neighbours
	return &m[h>>(64-13)]
}

// decide asks the policies, or remembers.
func (g *Guard) decide(f facts, a *rules, extra types.RecordMap) (bool, error) {
	if extra != nil {
		return g.evaluate(f, a, extra)
	}
	s := g.memory.slot(f)
	if v := s.Load(); v&^allowed == uint64(f)|filled {
		return v&allowed != 0, nil
	}
	ok, err := g.evaluate(f, a, nil)
	if err != nil {
		return false, err
	}
	v := uint64(f) | filled
	if ok {
		v |= allowed
	}
	s.Store(v)
	return ok, nil
}

// Nobody has a name in a policy: who asks and what it is done to are the same
// two entities in every request.
const (
	asker = types.String("asker")
	thing = types.String("thing")
)

// evaluate asks the policies that can bear on the action.
func (g *Guard) evaluate(f facts, a *rules, extra types.RecordMap) (bool, error) {
	w := world{
		asker: cedar.Entity{
			UID:     types.EntityUID{Type: actorType, ID: asker},
			Parents: g.roleSet(f.roles(hereAt)),
			Attributes: types.NewRecord(types.RecordMap{
				"known": types.Boolean(f.is(known)), "machine": types.Boolean(f.is(machine)),
				"holds": g.roleValue(f.roles(holdsAt)), "lasting": g.roleValue(f.roles(lastingAt)),
			}),
		},
		thing: cedar.Entity{
			UID:        types.EntityUID{Type: g.kinds[f>>kindAt&(maxKinds-1)].name, ID: thing},
			Attributes: tie(f, extra),
		},
	}
	decision, why := cedar.Authorize(a.policies, &w, cedar.Request{
		Principal: w.asker.UID, Resource: w.thing.UID,
		Action:  types.EntityUID{Type: actionType, ID: types.String(a.Name)},
		Context: types.NewRecord(types.RecordMap{"reason": types.Boolean(f.is(withReason))}),
	})
	if len(why.Errors) > 0 {
		// A policy that fails could be the one that forbids.
		e := why.Errors[0]
		return false, wrong("%s:%d: %s", e.Position.Filename, e.Position.Line, e.Message)
	}
	return decision == cedar.Allow, nil
}

func tie(f facts, extra types.RecordMap) types.Record {
	m := types.RecordMap{
		"own": types.Boolean(f.is(own)), "relative": types.Boolean(f.is(relative)), "party": types.Boolean(f.is(party)),
		"delegated": types.Boolean(f.is(delegated)), "recipient": types.Boolean(f.is(recipient)),
	}
	maps.Copy(m, extra)
	return types.NewRecord(m)
}

func (g *Guard) roleSet(mask uint16) types.EntityUIDSet {
	return types.NewEntityUIDSet(g.roleIDs(mask)...)
}

func (g *Guard) roleValue(mask uint16) types.Set {
	ids := g.roleIDs(mask)
	values := make([]types.Value, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return types.NewSet(values...)
}

func (g *Guard) roleIDs(mask uint16) []types.EntityUID {
	var ids []types.EntityUID
	for i, r := range g.roles {
		if mask&(1<<i) != 0 {
			ids = append(ids, types.EntityUID{Type: roleType, ID: types.String(r)})
		}
	}
	return ids
}

// world is the two entities of a request.
type world struct{ asker, thing cedar.Entity }

// Get finds an entity; roles have nothing to say of themselves.
func (w *world) Get(uid types.EntityUID) (cedar.Entity, bool) {
	switch uid {
	case w.asker.UID:
		return w.asker, true
	case w.thing.UID:
		return w.thing, true
	}
	return cedar.Entity{}, false
}

// list is policies with their ids, in the order of their files.
type list []numbered

type numbered struct {
	id cedar.PolicyID
	p  *cedar.Policy
}

// All is what cedar wants to walk.
func (l list) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, n := range l {
			if !yield(n.id, n.p) {
				return
			}
		}
	}
}
