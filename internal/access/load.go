package access

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

const (
	actorType  = types.EntityType("Actor")
	roleType   = types.EntityType("Role")
	actionType = types.EntityType("Action")
	schemaExt  = ".cedarschema"
	policyExt  = ".cedar"
)

// Guard decides. Load makes one; it does not change and may be used from many
// goroutines.
type Guard struct {
	actions    map[string]*rules
	kinds      []kind
	roles      []string
	roleNumber map[string]int
	memory     memory
}

// kind is a type of thing.
type kind struct {
	name  types.EntityType
	shape resolved.RecordType
}

// rules is an action with the policies that can bear on it.
type rules struct {
	Action
	number   int
	kinds    []int // as Types
	policies list
}

// source is a policy file.
type source struct {
	name string
	text string
	list cedar.PolicyList
}

// Load reads every policy in the folder against the one schema in it. The error
// names every mistake with file and line.
func Load(fsys fs.FS) (*Guard, error) {
	sch, where, err := readSchema(fsys)
	if err != nil {
		return nil, err
	}
	g := &Guard{actions: map[string]*rules{}, roleNumber: map[string]int{}}
	if err := g.declare(sch, where); err != nil {
		return nil, err
	}
	sources, err := readPolicies(fsys)
	if err != nil {
		return nil, err
	}
	v := validate.New(sch)
	var wrongs []error
	for _, s := range sources {
		for i, p := range s.list {
			ast := (*xast.Policy)(p.AST())
			if errs := g.faults(v, s, ast); len(errs) > 0 {
				wrongs = append(wrongs, errs...)
				continue
			}
			n := numbered{cedar.PolicyID(fmt.Sprintf("%s#%d", s.name, i+1)), p}
			for _, a := range g.actions {
				if bears(sch, ast.Action, types.EntityUID{Type: actionType, ID: types.String(a.Name)}) {
					a.policies = append(a.policies, n)
				}
			}
		}
	}
	if err := errors.Join(wrongs...); err != nil {
		return nil, err
	}
	return g, g.covered(where)
}

func readSchema(fsys fs.FS) (*resolved.Schema, string, error) {
	names, err := fs.Glob(fsys, "*"+schemaExt)
	if err != nil {
		return nil, "", fmt.Errorf("access: %w", err)
	}
	if len(names) != 1 {
		return nil, "", fmt.Errorf("access: want one file *%s beside the policies, found %d", schemaExt, len(names))
	}
	text, err := fs.ReadFile(fsys, names[0])
	if err != nil {
		return nil, "", fmt.Errorf("access: %w", err)
	}
	var s schema.Schema
	s.SetFilename(names[0])
	if err := s.UnmarshalCedar(text); err != nil {
		return nil, "", fmt.Errorf("access: %w", err)
	}
	r, err := s.Resolve()
	if err != nil {
		return nil, "", fmt.Errorf("access: %s:%d: %w", names[0], lineOf(string(text), 0, err.Error()), err)
	}
	return r, names[0], nil
}

func readPolicies(fsys fs.FS) ([]source, error) {
	names, err := fs.Glob(fsys, "*"+policyExt)
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("access: no policies: no file *%s", policyExt)
	}
	slices.Sort(names)
	var out []source
	var wrongs []error
	for _, n := range names {
		text, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, fmt.Errorf("access: %w", err)
		}
		l, err := cedar.NewPolicyListFromBytes(path.Base(n), text)
		if err != nil {
			wrongs = append(wrongs, fmt.Errorf("access: %s: %w", n, err))
			continue
		}
		out = append(out, source{n, string(text), l})
	}
	return out, errors.Join(wrongs...)
}

// declare takes roles, types and actions from the schema.
func (g *Guard) declare(s *resolved.Schema, where string) error {
	roles, ok := s.Enums[roleType]
	if !ok || len(roles.Values) == 0 || len(roles.Values) > maxRoles {
		return fmt.Errorf("access: %s: want an enum Role of 1 to %d names", where, maxRoles)
	}
	for i, v := range roles.Values {
		g.roles = append(g.roles, string(v.ID))
		g.roleNumber[string(v.ID)] = i
	}
	if _, ok := s.Entities[actorType]; !ok {
		return fmt.Errorf("access: %s: no entity Actor", where)
	}
	number := map[types.EntityType]int{}
	for _, name := range slices.Sorted(maps.Keys(s.Entities)) {
		if name != actorType {
			number[name] = len(g.kinds)
			g.kinds = append(g.kinds, kind{name, s.Entities[name].Shape})
		}
	}
	if len(g.kinds) > maxKinds || len(s.Actions) > maxActions {
		return fmt.Errorf("access: %s: at most %d types and %d actions", where, maxKinds, maxActions)
	}
	byName := func(a, b types.EntityUID) int { return strings.Compare(string(a.ID), string(b.ID)) }
	for i, uid := range slices.SortedFunc(maps.Keys(s.Actions), byName) {
		a := s.Actions[uid]
		if a.AppliesTo == nil {
			continue // a group
		}
		r := &rules{Action: Action{Name: string(uid.ID)}, number: i}
		for key, v := range a.Annotations {
			switch key {
			case "hide":
				r.Hidden = true
			case "nobody":
				r.Nobody = true
			case "grave":
				r.Grave, r.Roles = true, strings.Fields(string(v))
				for _, role := range r.Roles {
					if _, ok := g.roleNumber[role]; !ok {
						return fmt.Errorf("access: %s: action %s: @grave names the role %q, which is not one of %v", where, r.Name, role, g.roles)
					}
				}
			default:
				return fmt.Errorf("access: %s: action %s: @%s is none of @hide, @nobody, @grave", where, r.Name, key)
			}
		}
		for _, t := range a.AppliesTo.Resources {
			r.Types = append(r.Types, strings.ToLower(string(t)))
			r.kinds = append(r.kinds, number[t])
		}
		g.actions[r.Name] = r
	}
	return nil
}

// faults are what is wrong with a policy.
func (g *Guard) faults(v *validate.Validator, s source, p *xast.Policy) []error {
	var out []error
	say := func(word, format string, args ...any) {
		out = append(out, fmt.Errorf("access: %s:%d: %s", s.name, lineOf(s.text, p.Position.Offset, word), fmt.Sprintf(format, args...)))
	}
	if err := v.Policy("", p); err != nil {
		say(err.Error(), "%v", err)
	}
	if _, all := p.Action.(xast.ScopeTypeAll); all && p.Effect == xast.EffectPermit {
		say("", "a permit has to name its actions")
	}
	uids := func(n types.Value) {
		uid, ok := n.(types.EntityUID)
		switch {
		case !ok || uid.Type == actionType:
		case uid.Type != roleType:
			say(string(uid.ID), "%s names one thing; a policy may not", uid)
		default:
			if _, ok := g.roleNumber[string(uid.ID)]; !ok {
				say(string(uid.ID), "%q is not a role; roles are %s", uid.ID, strings.Join(g.roles, ", "))
			}
		}
	}
	for _, sc := range []any{p.Principal, p.Resource} {
		switch sc := sc.(type) {
		case xast.ScopeTypeEq:
			uids(sc.Entity)
		case xast.ScopeTypeIn:
			uids(sc.Entity)
		case xast.ScopeTypeIsIn:
			uids(sc.Entity)
		}
	}
	for _, c := range p.Conditions {
		xast.Inspect(xast.NewNode(c.Body), func(n xast.IsNode) bool {
			if val, ok := n.(xast.NodeValue); ok {
				uids(val.Value)
			}
			return true
		})
	}
	return out
}

// lineOf is the line of the first word in a message's quotes that stands in the
// text after the offset, or of the offset.
func lineOf(text string, offset int, message string) int {
	words := regexp.MustCompile("`([^`]+)`|\"([^\"]+)\"").FindAllStringSubmatch(message, -1)
	if len(words) == 0 && !strings.Contains(message, " ") && message != "" {
		words = [][]string{{message, message, ""}}
	}
	for _, w := range words {
		word := strings.Trim(w[1]+w[2], `"`)
		if _, id, ok := strings.Cut(word, `::"`); ok {
			word = id
		}
		if at := strings.Index(text[offset:], word); at >= 0 {
			return 1 + strings.Count(text[:offset+at], "\n")
		}
	}
	return 1 + strings.Count(text[:offset], "\n")
}

// bears says whether a policy with the scope can bear on the action.
func bears(s *resolved.Schema, sc xast.IsActionScopeNode, action types.EntityUID) bool {
	switch sc := sc.(type) {
	case xast.ScopeTypeEq:
		return sc.Entity == action
	case xast.ScopeTypeIn:
		return within(s, action, sc.Entity)
	case xast.ScopeTypeInSet:
		return slices.ContainsFunc(sc.Entities, func(e types.EntityUID) bool { return within(s, action, e) })
	}
	return true
}

// within says whether an action is a group, or is in it. The schema has no
// circles.
func within(s *resolved.Schema, action, group types.EntityUID) bool {
	if action == group {
		return true
	}
	for p := range s.Actions[action].Entity.Parents.All() {
		if within(s, p, group) {
			return true
		}
	}
	return false
}

// covered wants a policy that permits, or the word that there is none, for
// every action.
func (g *Guard) covered(where string) error {
	var wrongs []error
	for _, name := range slices.Sorted(maps.Keys(g.actions)) {
		a := g.actions[name]
		has := slices.ContainsFunc(a.policies, func(n numbered) bool { return n.p.Effect() == cedar.Permit })
		switch {
		case !has && !a.Nobody:
			wrongs = append(wrongs, fmt.Errorf("access: %s: no policy permits %s: write one, or mark it @nobody", where, name))
		case has && a.Nobody:
			wrongs = append(wrongs, fmt.Errorf("access: %s: %s is marked @nobody, and a policy permits it", where, name))
		}
	}
	return errors.Join(wrongs...)
}

// value is an attribute that the schema declares for a type.
func (g *Guard) value(kind int, name string, v any) (types.Value, bool) {
	attr, ok := g.kinds[kind].shape[types.String(name)]
	if !ok {
		return nil, false
	}
	switch t := attr.Type.(type) {
	case resolved.StringType:
		s, ok := v.(string)
		return types.String(s), ok
	case resolved.BoolType:
		b, ok := v.(bool)
		return types.Boolean(b), ok
	case resolved.LongType:
		switch n := v.(type) {
		case int:
			return types.Long(n), true
		case int64:
			return types.Long(n), true
		}
	case resolved.SetType:
		list, ok := v.([]string)
		if _, texts := t.Element.(resolved.StringType); !ok || !texts {
			return nil, false
		}
		values := make([]types.Value, len(list))
		for i, s := range list {
			values[i] = types.String(s)
		}
		return types.NewSet(values...), true
	}
	return nil, false
}
