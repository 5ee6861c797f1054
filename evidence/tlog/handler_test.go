package tlog

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	l, d, _ := begin(t)
	mustAppend(t, l, 10)
	mustAppend(t, l, 300)
	h := Handler(d)
	full, err := d.Get(t.Context(), tilePath(0, 0, tileWidth))
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := d.Get(t.Context(), tilePath(bundleLevel, 1, 44))
	if err != nil {
		t.Fatal(err)
	}
	const text, octets = "text/plain; charset=utf-8", "application/octet-stream"
	const immutable, short = "public, max-age=31536000, immutable", "public, max-age=3600"
	rows := []struct {
		method, path string
		status       int
		kind, cache  string
		body         []byte
	}{
		{"GET", "/checkpoint", 200, text, "no-cache", l.Checkpoint().Note},
		{"GET", "/tile/0/000", 200, octets, immutable, full},
		{"HEAD", "/tile/0/000", 200, octets, immutable, nil},
		{"GET", "/tile/0/000.p/10", 200, octets, short, full[:320]}, // removed: cut from the full one
		{"GET", "/tile/entries/001.p/44", 200, octets, short, bundle},
		{"GET", "/tile/1/000.p/1", 200, octets, short, nil},
		{"GET", "/tile/0/001.p/45", 404, text, "", nil},
		{"GET", "/tile/0/001", 404, text, "", nil},
		{"GET", "/tile/data/000", 404, text, "", nil},
		{"GET", "/tile/8/0/000", 404, text, "", nil},
		{"GET", "/tile/00/000", 404, text, "", nil},
		{"GET", "/tile/0/000.p/256", 404, text, "", nil},
		{"GET", "/tile/0/000.p/0", 404, text, "", nil},
		{"GET", "/log.json", 404, text, "", nil},
		{"GET", "/cp/00000000000000000000", 404, text, "", nil},
		{"GET", "/tile/../log.json", 404, text, "", nil},
		{"GET", "/tile/0/..%2f..%2flog.json", 404, text, "", nil},
		{"GET", "/", 404, text, "", nil},
		{"POST", "/checkpoint", 405, text, "", nil},
	}
	for _, row := range rows {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(row.method, row.path, nil))
		if w.Code != row.status || w.Header().Get("Content-Type") != row.kind || w.Header().Get("Cache-Control") != row.cache {
			t.Errorf("%s %s: %d %v", row.method, row.path, w.Code, w.Header())
		}
		if row.body != nil && !bytes.Equal(w.Body.Bytes(), row.body) {
			t.Errorf("%s %s: wrong body", row.method, row.path)
		}
		if row.method == "HEAD" && w.Body.Len() != 0 {
			t.Errorf("body in answer to HEAD")
		}
	}
	w := httptest.NewRecorder()
	Handler(brokenSource{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/checkpoint", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("broken store: %d %s", w.Code, w.Body)
	}
}

type brokenSource struct{}

func (brokenSource) Get(context.Context, string) ([]byte, error) {
	return nil, errors.Join(fs.ErrPermission, errors.New("/secret/path"))
}
