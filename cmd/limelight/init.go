package main

import "context"

func initialize(ctx context.Context, e *env, args []string) error { return nil }
