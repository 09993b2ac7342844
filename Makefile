# make test is what a change must pass; .ci/run calls it. make build is the release's way to build.

GO ?= go
FUZZTIME ?= 2000x
FAULTS ?= 100

.PHONY: test deps check unit unit-postgres fuzz fault bench build clean

test: deps check unit unit-postgres fuzz

# What the tests want besides Go: installed where this runs as root on Debian, named elsewhere.
deps:
	@scripts/test-deps

check:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

unit:
	CGO_ENABLED=1 $(GO) test -race -timeout 25m ./...

# What runs on SQLite by default, on PostgreSQL; storage has run on both by now.
unit-postgres:
	LIMELIGHT_TEST_ENGINE=postgres $(GO) test -timeout 20m ./federation/... ./web/... ./cmd/...

# Every fuzz target for a fixed number of inputs, one after the other.
fuzz:
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' "$$file"); do \
			echo "$(GO) test -fuzz $$target $$(dirname "$$file")"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname "$$file")" </dev/null || exit 1; \
		done; \
	done

# What make unit does in a few rounds, in a hundred: the program is killed at random moments.
fault:
	LIMELIGHT_FAULT_ROUNDS=$(FAULTS) $(GO) test -count 1 -timeout 60m -v -run 'Killed|FullDisk|Locked' ./cmd/limelight ./storage ./federation

# Every figure beside its bare limit, measured in the same run; for half an hour nothing else should run.
bench:
	@scripts/bench-deps
	$(GO) run ./cmd/bench -o BENCHMARKS.md

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o limelight ./cmd/limelight

clean:
	rm -f limelight
