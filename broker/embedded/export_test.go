package embedded

import (
	"context"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
)

// StartNATSUnsynced starts the server as StartNATS does, but with the default
// of nats-server, which acknowledges what it has not synced.
func StartNATSUnsynced(cfg NATSConfig) (*NATS, error) {
	opts, err := natsOptions(cfg)
	if err != nil {
		return nil, err
	}
	opts.SyncAlways = false
	srv, err := server.NewServer(opts)
	if err != nil {
		return nil, err
	}
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) {
		return nil, context.DeadlineExceeded
	}
	return &NATS{Domain: cfg.Domain, srv: srv, url: srv.ClientURL()}, nil
}

// SkipSync leaves out the syncing of bytes before they get a name, or that of
// names before the answer, until it is called again.
func SkipSync(data, names bool) {
	skipData.Store(data)
	skipNames.Store(names)
}

// StoreParts stores the multipart attribute of an object of n parts on a file
// of the given directory, and returns the upload id that is read back.
func StoreParts(dir, file string, n int) (string, int, error) {
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = int64(i+1)*(16<<20) + int64(i*i%977)
	}
	value, err := backend.MarshalMpUploadMetadata(backend.MpUploadMetadata{UploadID: "id", Parts: sizes}, false)
	if err != nil {
		return "", 0, err
	}
	a := &attributes{MetadataStorer: meta.XattrMeta{}, objects: dir}
	if err := a.StoreAttribute(nil, dir, file, attrMultipart, value); err != nil {
		return "", 0, err
	}
	value, err = a.RetrieveAttribute(nil, dir, file, attrMultipart)
	if err != nil {
		return "", 0, err
	}
	m, err := backend.UnmarshalMpUploadMetadata(value, false)
	return m.UploadID, len(m.Parts), err
}

// LeafOptions are the options natsOptions makes, for looking at.
func LeafOptions(cfg NATSConfig) (*server.Options, error) { return natsOptions(cfg) }
