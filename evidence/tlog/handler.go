package tlog

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
)

// Handler serves the public files of c2sp.org/tlog-tiles under "/": checkpoint,
// tile/<L>/<N>[.p/<W>] and tile/entries/<N>[.p/<W>]. Nothing else of the store
// can be reached. A partial tile that was removed is cut from its full tile.
func Handler(src Source) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		data, contentType, cache, err := publicFile(r.Context(), src, strings.TrimPrefix(r.URL.Path, "/"))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			http.Error(w, "not found", http.StatusNotFound)
			return
		case err != nil:
			// The cause stays inside: it may name paths of this machine.
			http.Error(w, "cannot read ledger", http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Cache-Control", cache)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Content-Length", strconv.Itoa(len(data)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(data)
		}
	})
}

func publicFile(ctx context.Context, src Source, path string) (data []byte, contentType, cache string, err error) {
	if path == checkpointPath {
		data, err = src.Get(ctx, path)
		return data, "text/plain; charset=utf-8", "no-cache", err
	}
	level, n, width, err := parseTilePath(path)
	if err != nil {
		return nil, "", "", fs.ErrNotExist
	}
	item := 32
	if level == bundleLevel {
		item = bundleEntry
	}
	cache = "public, max-age=31536000, immutable"
	if width < tileWidth {
		cache = "public, max-age=3600"
	}
	data, err = readPart(ctx, src, level, n, width, item)
	return data, "application/octet-stream", cache, err
}
