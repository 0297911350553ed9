#!/usr/bin/env bash
# Shows what people might type to make a page of others do something, in every place
# that shows people's text, in Chromium, Firefox and WebKit. Perhaps 15 minutes, and 5
# more the first time.
#   vectors.sh -g Chromium     only one of them
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

GECKODRIVER_VERSION=0.37.1

debian() {
	say "Installing $*, about 2 minutes"
	[[ "$(id -u)" == 0 ]] && have apt-get || die "$* are missing. Please install them and run this again."
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

scripts/setup.sh test
have firefox-esr && have WebKitWebDriver && have Xvfb || debian firefox-esr webkit2gtk-driver xvfb
# Debian has no package of it.
if ! have geckodriver; then
	say "Installing geckodriver $GECKODRIVER_VERSION, once, about 3 minutes from source"
	CARGO_TARGET_DIR="$ROOT/target/tools-build" CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		cargo install geckodriver --version "$GECKODRIVER_VERSION" --locked
	rm -rf "$ROOT/target/tools-build"
fi
scripts/build.sh

# WebKit's small browser wants a screen, if only one that nobody sees.
say "Trying the vectors"
cd end2end
VECTORS=1 xvfb-run --auto-servernum npx playwright test --workers=1 "$@"
