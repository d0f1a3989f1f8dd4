#!/usr/bin/env bash
# Resolve the dependency ranges of pyproject.toml again and write the lock files, for all platforms,
# with hashes and without any index address. `--upgrade` takes newer versions; without it the locked
# ones stay where the ranges still allow them.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=packaging/environment.sh
source "$root/packaging/environment.sh"

private_uv || die "uv could not be installed into $tools; see the lines above"
cd "$root"
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"
}
compile "$@" --output-file requirements.lock pyproject.toml
compile "$@" --constraints requirements.lock --group dev --output-file requirements-dev.lock pyproject.toml
compile "$@" --output-file packaging/bootstrap.lock packaging/bootstrap.in
if grep -n -i -E '://|^--' requirements.lock requirements-dev.lock packaging/bootstrap.lock; then
    die "the lines above name a host or an option; a lock file must not"
fi
