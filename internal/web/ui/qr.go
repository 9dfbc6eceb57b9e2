package ui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"
)

// quiet is the white edge that readers need, in modules.
const quiet = 4

type code struct {
	size int // modules with the edge
	path string
}

// encode makes a QR code as one SVG path: each run of dark modules in a row is
// a rectangle one module high.
func encode(content string) (code, error) {
	q, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return code{}, fmt.Errorf("QR code of %d bytes: %w", len(content), err)
	}
	q.DisableBorder = true
	bits := q.Bitmap()
	var b strings.Builder
	for y, row := range bits {
		for x := 0; x < len(row); {
			if !row[x] {
				x++
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			b.WriteByte('M')
			b.WriteString(strconv.Itoa(from + quiet))
			b.WriteByte(' ')
			b.WriteString(strconv.Itoa(y + quiet))
			b.WriteByte('h')
			b.WriteString(strconv.Itoa(x - from))
			b.WriteString("v1h-")
			b.WriteString(strconv.Itoa(x - from))
			b.WriteByte('z')
		}
	}
	return code{size: len(bits) + 2*quiet, path: b.String()}, nil
}

func (c code) view() string { return fmt.Sprintf("0 0 %d %d", c.size, c.size) }

func (c code) paper() string { return fmt.Sprintf("M0 0h%dv%dh-%dz", c.size, c.size, c.size) }
