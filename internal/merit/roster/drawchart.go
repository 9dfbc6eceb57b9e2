package roster

import (
	"strings"
	"unicode/utf8"

	"netral/internal/web"
)

// node is a box of an organisation chart.
type node struct {
	x, y, w float64
	href    string
	title   []string // lines
	below   string   // who leads it
	open    bool     // nobody does
	plain   bool     // the unit above: only the way to it
}

// chart is the drawing of a unit, the one above it and those below.
type chart struct {
	class         string
	width, height int
	nodes         []node
	lines         []string // paths
}

const (
	boxHeight = 66
	boxGap    = 14
	// letter is how wide one is at the size of a chart, generously; those of a
	// title are bold.
	letter     = 7.1
	boldLetter = 8.1
)

// columns says how many columns a chart of a width has and how far the boxes
// hang beside their line.
func columns(width, children int) (n int, indent float64) {
	if width < 600 {
		return 1, 22
	}
	return max(1, min(4, children)), 20
}

// drawChart lays the unit at the top and its children in columns below it. In
// each column they hang on one line, so that a chart of sixty children is as
// clear as one of six, on a phone, too.
func drawChart(r *web.Request, u UnitPage, width int, class string) chart {
	c := chart{class: class, width: width}
	lead := r.T("roster.unit.nobody")
	if len(u.HeadBy) > 0 {
		lead = tenureText(r, u.HeadBy[0].Tenure.Kind, u.HeadBy[0].Name)
	}
	own := min(float64(width)-2, 420)
	middle := float64(width) / 2
	if width < 600 {
		own, middle = float64(width)-2, 11
	}
	left := max(1, middle-own/2)
	if width < 600 {
		left = 1
	}
	y := 1.0
	if n := len(u.Path); n > 1 {
		above := u.Path[n-2]
		c.nodes = append(c.nodes, box(node{x: left, y: y, w: own, href: unitAddress(r, above.ID, u.On), title: []string{above.Name}, plain: true}))
		c.lines = append(c.lines, "M"+px(middle)+" "+px(y+30)+"v"+px(boxGap))
		y += 30 + boxGap
	}
	c.nodes = append(c.nodes, box(node{x: left, y: y, w: own, href: unitAddress(r, u.Unit.ID, u.On), title: []string{u.Unit.Name}, below: lead, open: len(u.HeadBy) == 0}))
	y += boxHeight
	c.height = int(y) + 2
	if len(u.Children) == 0 {
		return c
	}
	n, indent := columns(width, len(u.Children))
	each := (float64(width) - float64(n-1)*boxGap) / float64(n)
	rows := (len(u.Children) + n - 1) / n
	top := y + boxGap
	if n > 1 {
		c.lines = append(c.lines, "M"+px(middle)+" "+px(y)+"v"+px(boxGap), "M"+px(spine(0, each))+" "+px(top)+"H"+px(spine(n-1, each)))
	} else {
		top = y
	}
	for i, k := range u.Children {
		col, row := i/rows, i%rows
		x, at := float64(col)*(each+boxGap), top+boxGap+float64(row)*(boxHeight+boxGap)
		child := node{x: x + indent, y: at, w: each - indent - 1, href: unitAddress(r, k.Unit.ID, u.On), title: []string{k.Unit.Name}, below: tenureText(r, k.Kind, k.Head), open: k.Head == ""}
		if child.open {
			child.below = r.T("roster.unit.nobody")
		}
		c.nodes = append(c.nodes, box(child))
		c.lines = append(c.lines, "M"+px(spine(col, each))+" "+px(at+boxHeight/2)+"h"+px(indent-spineAt))
		if row == rows-1 || i == len(u.Children)-1 {
			c.lines = append(c.lines, "M"+px(spine(col, each))+" "+px(top)+"V"+px(at+boxHeight/2))
		}
		c.height = max(c.height, int(at)+boxHeight+2)
	}
	return c
}

const spineAt = 10

// spine is where the line of a column is.
func spine(col int, each float64) float64 { return float64(col)*(each+boxGap) + spineAt }

// box breaks the title of a node into at most two lines.
func box(n node) node {
	most := int((n.w - 18) / boldLetter)
	title := n.title[0]
	if n.plain {
		n.title = []string{shorten("↑ "+title, most)}
		return n
	}
	first, rest := breakAt(title, most)
	n.title = []string{first}
	if rest != "" {
		n.title = append(n.title, shorten(rest, most))
	}
	n.below = shorten(n.below, int((n.w-18)/letter))
	return n
}

// breakAt cuts a text before the word that does not fit.
func breakAt(s string, most int) (first, rest string) {
	if utf8.RuneCountInString(s) <= most {
		return s, ""
	}
	words := strings.Fields(s)
	n := 0
	for i, w := range words {
		if n += utf8.RuneCountInString(w) + 1; n-1 > most && i > 0 {
			return strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		}
	}
	return shorten(s, most), ""
}
