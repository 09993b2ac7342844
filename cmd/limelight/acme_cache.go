package main

import (
	"context"
	"errors"

	"golang.org/x/crypto/acme/autocert"

	"limelight/storage"
)

// acmeCache keeps in the database what autocert wants kept: keys, certificates,
// answers to challenges. Each authority has its own, so that a certificate of
// staging is none once staging is over.
type acmeCache struct {
	db        *storage.DB
	directory string
}

var _ autocert.Cache = acmeCache{}

// Get is autocert.Cache's. Only what is surely not there is a miss, which
// autocert answers with an order.
func (c acmeCache) Get(ctx context.Context, name string) ([]byte, error) {
	data, _, err := c.db.ACMEData(ctx, c.directory, name)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, autocert.ErrCacheMiss
	case storage.Unavailable(err): // autocert shows this to whoever asks for a challenge
		return nil, errors.New("the database is away")
	}
	return data, err
}

// Put is autocert.Cache's.
func (c acmeCache) Put(ctx context.Context, name string, data []byte) error {
	return c.db.PutACMEData(ctx, c.directory, name, data)
}

// Delete is autocert.Cache's.
func (c acmeCache) Delete(ctx context.Context, name string) error {
	return c.db.DeleteACMEData(ctx, c.directory, name)
}
