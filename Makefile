# make test is what a change must pass; .ci/run calls it. make build is the release's way to build.

GO ?= go
FUZZTIME ?= 2000x
FAULTS ?= 100

.PHONY: test deps check unit unit-postgres fuzz packages fault bench build release reproducible licenses clean

test: deps check unit unit-postgres fuzz packages

# What the tests want besides Go: installed where this runs as root on Debian, named elsewhere.
deps:
	@scripts/test-deps

check:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	cd cmd/release && $(GO) mod tidy -diff && $(GO) vet ./... && "$$($(GO) -C ../.. tool -n staticcheck)" ./...

unit:
	CGO_ENABLED=1 $(GO) test -race -timeout 40m ./...

# What runs on SQLite by default, on PostgreSQL; storage has run on both by now.
unit-postgres:
	LIMELIGHT_TEST_ENGINE=postgres $(GO) test -timeout 30m ./federation/... ./web/... ./cmd/...

# Every fuzz target for a fixed number of inputs, one after the other.
fuzz:
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' "$$file"); do \
			echo "$(GO) test -fuzz $$target $$(dirname "$$file")"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname "$$file")" </dev/null || exit 1; \
		done; \
	done

# A release for this machine, looked through: archive, package (installed and removed), image (run), SBOM,
# licences, and all of it a second time, which must be the same.
packages:
	cd cmd/release && $(GO) test -count 1 -timeout 20m ./...

# What make unit does in a few rounds, in a hundred: the program is killed at random moments.
fault:
	LIMELIGHT_FAULT_ROUNDS=$(FAULTS) $(GO) test -count 1 -timeout 60m -v -run 'Killed|FullDisk|Locked' ./cmd/limelight ./storage ./federation

# Every figure beside its bare limit, measured in the same run; for half an hour nothing else should run.
bench:
	@scripts/bench-deps
	$(GO) run ./cmd/bench -o BENCHMARKS.md

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o limelight ./cmd/limelight

# What people download, of the commit, for every system, into dist.
release:
	cd cmd/release && $(GO) run . -C $(CURDIR) -o $(CURDIR)/dist

# The same release twice, in two folders, the second compiled anew from the first package of Go's own.
reproducible:
	cd cmd/release && LIMELIGHT_RELEASE_COLD=1 $(GO) test -count 1 -timeout 60m -v -run 'TestRelease/reproducible' .

# The licences of what is linked into the program, after a dependency came or went.
licenses:
	cd cmd/release && $(GO) run . -C $(CURDIR) -licenses

clean:
	rm -rf limelight dist
