package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

// StreamName is the one stream of the broker; SubjectLedger is the first token
// of every subject in it: ldg.<to account|_>.<from account|_>.<case>.<record>.
const (
	StreamName    = "LEDGER"
	SubjectLedger = "ldg"
)

// ErrLedger means that the ledger's stream or its server is not what it must
// be; a broker refuses to serve.
var ErrLedger = errors.New("ledger not as it must be")

// dedupWindow is the smallest that the server takes. Message ids play no part:
// insert-once rests on expected sequences.
const dedupWindow = 100 * time.Millisecond

// ledgerConfig is the stream as it must be. Anything else is refused by
// CheckLedger.
func ledgerConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: StreamName, Subjects: []string{SubjectLedger + ".>"},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, Storage: jetstream.FileStorage, Replicas: replicas,
		MaxConsumers: -1, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1,
		Duplicates: dedupWindow, DenyDelete: true, DenyPurge: true, AllowDirect: true, AllowAtomicPublish: true,
		Compression: jetstream.NoCompression,
	}
}

// ledgerMembers is the JSON that the server must report for each member of the
// configuration, byte by byte. Members not named here must not be there.
func ledgerMembers(replicas int) map[string]string {
	return map[string]string{
		"name": `"LEDGER"`, "subjects": `["ldg.\u003e"]`, "retention": `"limits"`, "discard": `"new"`, "storage": `"file"`,
		"num_replicas": fmt.Sprint(replicas), "max_consumers": "-1", "max_msgs": "-1", "max_bytes": "-1", "max_age": "0",
		"max_msgs_per_subject": "-1", "max_msg_size": "-1", "duplicate_window": fmt.Sprint(dedupWindow.Nanoseconds()),
		"compression": `"none"`, "allow_direct": "true", "mirror_direct": "false", "sealed": "false",
		"deny_delete": "true", "deny_purge": "true", "allow_rollup_hdrs": "false", "consumer_limits": "{}",
		"allow_msg_ttl": "false", "allow_atomic": "true",
	}
}

// ProvisionLedger creates the stream, over a connection of RoleProvision. It
// leaves an existing stream as it is; CheckLedger judges it.
func ProvisionLedger(ctx context.Context, nc *nats.Conn, replicas int) error {
	if replicas < 1 || replicas > 5 {
		return fmt.Errorf("provision ledger: %w: replicas out of range", ErrLedger)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("provision ledger: %w", err)
	}
	if _, err := js.CreateStream(ctx, ledgerConfig(replicas)); err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return fmt.Errorf("provision ledger: %w", err)
	}
	return nil
}

// CheckLedger refuses a ledger whose configuration differs from what it must
// be, or whose server does not sync its writes. nc is a connection of
// RoleRuntime, sys one of RoleMonitor.
func CheckLedger(ctx context.Context, nc, sys *nats.Conn, replicas int) error {
	msg, err := nc.RequestWithContext(ctx, "$JS.API.STREAM.INFO."+StreamName, nil)
	if err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	var info struct {
		Config map[string]json.RawMessage `json:"config"`
		Error  *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(msg.Data, &info); err != nil {
		return fmt.Errorf("check ledger: decode stream: %w", err)
	}
	if info.Error != nil {
		return fmt.Errorf("check ledger: %w: %s", ErrLedger, info.Error.Description)
	}
	if err := checkConfig(info.Config, replicas); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if err := checkSynced(ctx, sys, replicas); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	return nil
}

func checkConfig(got map[string]json.RawMessage, replicas int) error {
	want := ledgerMembers(replicas)
	for _, member := range slices.Sorted(maps.Keys(want)) {
		if string(got[member]) != want[member] {
			return fmt.Errorf("%w: %s is %s, must be %s", ErrLedger, member, got[member], want[member])
		}
	}
	for _, member := range slices.Sorted(maps.Keys(got)) {
		if member == "metadata" {
			if err := checkMetadata(got[member]); err != nil {
				return err
			}
			continue
		}
		if _, known := want[member]; !known {
			return fmt.Errorf("%w: %s is set", ErrLedger, member)
		}
	}
	return nil
}

// checkMetadata lets pass only the labels that the server itself adds.
func checkMetadata(data json.RawMessage) error {
	var labels map[string]string
	if err := json.Unmarshal(data, &labels); err != nil {
		return fmt.Errorf("%w: metadata: %v", ErrLedger, err)
	}
	for label := range labels {
		if !strings.HasPrefix(label, "_nats.") {
			return fmt.Errorf("%w: metadata %s is set", ErrLedger, label)
		}
	}
	return nil
}

// checkSynced asks every server for its JetStream settings. All that answer
// must sync always, and at least as many as there are replicas must answer.
func checkSynced(ctx context.Context, sys *nats.Conn, replicas int) error {
	inbox := sys.NewRespInbox()
	sub, err := sys.SubscribeSync(inbox)
	if err != nil {
		return fmt.Errorf("ask servers: %w", err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := sys.PublishRequest("$SYS.REQ.SERVER.PING.JSZ", inbox, []byte(`{"config":true}`)); err != nil {
		return fmt.Errorf("ask servers: %w", err)
	}
	for answered := 0; ; answered++ {
		wait, cancel := context.WithTimeout(ctx, 2*time.Second)
		if answered >= replicas {
			// Late answers of further servers count too, but not for ever.
			cancel()
			wait, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
		}
		msg, err := sub.NextMsgWithContext(wait)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && answered >= replicas && ctx.Err() == nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("ask servers: %d of %d answered: %w", answered, replicas, err)
		}
		var answer struct {
			Server struct {
				Name string `json:"name"`
			} `json:"server"`
			Data struct {
				Disabled bool `json:"disabled"`
				Config   struct {
					SyncAlways bool `json:"sync_always"`
				} `json:"config"`
			} `json:"data"`
		}
		if err := json.Unmarshal(bytes.TrimSpace(msg.Data), &answer); err != nil {
			return fmt.Errorf("ask servers: decode answer: %w", err)
		}
		if answer.Data.Disabled {
			answered--
			continue
		}
		if !answer.Data.Config.SyncAlways {
			return fmt.Errorf("%w: server %s does not sync its writes", ErrLedger, answer.Server.Name)
		}
	}
}

// EnsureInbox gives an account its durable view of the ledger: a pull consumer
// that bears the account's key as name and sees the given subjects. An agency
// reads "ldg.<account>.>", oversight reads "ldg.>". Filters may change; the
// position in the ledger stays.
func EnsureInbox(ctx context.Context, js jetstream.JetStream, accountPub string, filters []string) error {
	if !nkeys.IsValidPublicAccountKey(accountPub) {
		return fmt.Errorf("ensure inbox: %w: not an account key", ErrKeys)
	}
	if len(filters) == 0 {
		// No filter would mean everything.
		return fmt.Errorf("ensure inbox: %w: no filter", ErrLedger)
	}
	for _, filter := range filters {
		if !strings.HasPrefix(filter, SubjectLedger+".") {
			return fmt.Errorf("ensure inbox: %w: filter outside the ledger", ErrLedger)
		}
	}
	_, err := js.CreateOrUpdateConsumer(ctx, StreamName, jetstream.ConsumerConfig{
		Durable: accountPub, FilterSubjects: filters,
		DeliverPolicy: jetstream.DeliverAllPolicy, AckPolicy: jetstream.AckExplicitPolicy, AckWait: inboxAckWait,
		MaxAckPending: inboxPending, MaxWaiting: inboxWaiting, MaxDeliver: -1, ReplayPolicy: jetstream.ReplayInstantPolicy,
	})
	if err != nil {
		return fmt.Errorf("ensure inbox: %w", err)
	}
	return nil
}

// Limits of one inbox consumer.
const (
	inboxAckWait = 30 * time.Second
	inboxPending = 1000
	inboxWaiting = 64
)
