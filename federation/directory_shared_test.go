package federation

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestKeysOfSeveralNodes: a key that one node found replaced is not believed by
// another that has it in memory.
func TestKeysOfSeveralNodes(t *testing.T) {
	clock := storagetest.NewClock(time.Now())
	o := storage.Options{Database: storagetest.Postgres(t), Media: filepath.Join(t.TempDir(), "media"), Now: clock.Now}
	var nodes []*Directory
	for range 2 {
		db, err := storage.Serve(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		nodes = append(nodes, directoryOf(t, db, clock))
	}
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	for _, d := range nodes { // both remember him, and then he follows
		actor, _, err := d.Key(t.Context(), bob.KeyID)
		if err == nil {
			err = d.db.SaveActor(t.Context(), actor)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	bob.Rotate()
	clock.Advance(time.Minute)
	_, fresh, err := nodes[0].FreshKey(t.Context(), bob.KeyID)
	if err != nil {
		t.Fatal(err)
	}
	fetches := p.Fetches(path(p, bob.IRI))
	_, key, err := nodes[1].Key(t.Context(), bob.KeyID)
	if err != nil || !reflect.DeepEqual(key, fresh) {
		t.Errorf("the other node has the key %v, not %v: %v", key, fresh, err)
	}
	if n := p.Fetches(path(p, bob.IRI)); n != fetches {
		t.Errorf("it fetched it %d times", n-fetches)
	}
	if _, err := nodes[0].db.ForgetActor(t.Context(), storage.Incoming{Actor: bob.IRI, ID: bob.IRI + "#delete"}); err != nil {
		t.Fatal(err)
	}
	bob.Leave(410)
	if _, _, err := nodes[1].Key(t.Context(), bob.KeyID); err == nil {
		t.Error("the other node believes the key of somebody who is gone")
	}
}
