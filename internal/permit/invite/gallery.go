package invite

import "netral/internal/web"

// Gallery is the pages in each of their states, of made-up people.
func Gallery() []web.Sample { return nil }
