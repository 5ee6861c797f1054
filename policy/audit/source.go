package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrUnavailable means that the server of the tiles did not answer as it should;
// nothing is said about the ledger.
var ErrUnavailable = errors.New("tiles cannot be fetched")

// Web reads a ledger from a c2sp.org/tlog-tiles server, file by file as the
// verification needs them. It is a tlog.Source.
type Web struct {
	prefix string
	client *http.Client
}

// maxTileFile is generous: an entry bundle has 9 KiB, a checkpoint with many
// cosignatures some more.
const maxTileFile = 1 << 20

// NewWeb takes the prefix under which "checkpoint" and "tile/" are. A nil client
// means one that gives a request thirty seconds.
func NewWeb(prefix string, client *http.Client) (*Web, error) {
	u, err := url.Parse(prefix)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("open tiles: %q is no http or https prefix", prefix)
	}
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	return &Web{prefix: strings.TrimSuffix(prefix, "/"), client: client}, nil
}

// Get implements tlog.Source.
func (w *Web) Get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.prefix+"/"+path, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", path, err)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, errors.Join(ctx.Err(), fmt.Errorf("fetch %s: %w: %v", path, ErrUnavailable, err))
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusGone:
		return nil, fmt.Errorf("fetch %s: %w", path, fs.ErrNotExist)
	default:
		return nil, fmt.Errorf("fetch %s: %w: status %d", path, ErrUnavailable, resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxTileFile+1))
	if err != nil {
		return nil, errors.Join(ctx.Err(), fmt.Errorf("fetch %s: %w: %v", path, ErrUnavailable, err))
	}
	if len(data) > maxTileFile {
		return nil, fmt.Errorf("fetch %s: %w: more than %d bytes", path, ErrUnavailable, maxTileFile)
	}
	return data, nil
}
