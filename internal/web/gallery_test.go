package web_test

import (
	"testing"

	"netral/internal/web"
	"netral/internal/web/webtest"
)

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), web.Samples())
}
