# The front door. The work itself is in scripts/, one small script a command.
.DEFAULT_GOAL := help
.PHONY: help setup build static run dev test fmt bench crash hostile vectors fuzz sbom care-eval care-learn screenshots audit

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing to build Chorus
	@scripts/setup.sh build

build: ## build the release program, target/release/chorus
	@scripts/setup.sh build
	@scripts/build.sh

static: ## the same without any library beside it, target/static/chorus, and prove it
	@scripts/setup.sh build
	@scripts/static.sh

run: ## build, fill a first database with sample content, serve on http://127.0.0.1:3000
	@scripts/run.sh

dev: ## serve a debug build and rebuild it on every change
	@scripts/dev.sh

test: ## formatting, lints, licences, unit, store, HTTP and browser tests
	@scripts/test.sh

fmt: ## format the Rust code
	@scripts/fmt.sh

bench: ## measure speed, sizes and memory; writes docs/benchmarks.md; SHARES=… COMMENTS=… for another size
	@scripts/bench.sh

crash: ## kill it and cut its power while people post; ROUNDS=200 for more than 20
	@scripts/crash.sh

hostile: ## 100,000 mutated requests against it, none of which may break it; REQUESTS=… for another number
	@scripts/hostile.sh

vectors: ## script vectors in every place that shows people's text, in three browsers
	@scripts/vectors.sh

fuzz: ## hunt for texts that break what reads them; MINUTES=60 for more than 10 each
	@scripts/fuzz.sh

sbom: ## what Chorus is built from, as CycloneDX, into target/sbom
	@scripts/sbom.sh

care-eval: ## how well calls for help are recognised; a minute when cold
	@scripts/care.sh measure

care-learn: ## learn the weights of the recogniser anew
	@scripts/care.sh learn

screenshots: ## pictures of the main pages, into target/screenshots
	@scripts/screenshots.sh

audit: ## known faults in the libraries (needs the advisory database)
	@scripts/audit.sh
