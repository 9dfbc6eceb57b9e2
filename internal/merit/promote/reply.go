package promote

import "time"

// Reply is what somebody answers to a figure about them. It is shown beside the
// figure wherever that is shown.
type Reply struct {
	ID     string    `json:"id"`
	Person string    `json:"person"`
	About  string    `json:"about"` // spin, promoter
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}
