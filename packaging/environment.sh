# Sourced by run, test and packaging/lock.sh: makes .venv from a lock file and keeps it in step.
# Nothing outside the project folder changes, but for Qt's system libraries (apt, when root).
# shellcheck shell=bash

venv=$root/.venv
tools=$root/.venv-tools
stamps=$venv/stamps
python=$venv/bin/python

say() { printf '%s: %s\n' "$name" "$*" >&2; }
die() {
    say "$@"
    exit 1
}
name=${0##*/}

# The quick path: no process is started. A stamp is a copy of the lock file with the project's
# folder in front, because the environment knows that folder.
is_current() { # lock file
    local stamp=$stamps/${1##*/}
    [[ -x $python && -r $stamp ]] || return 1
    [[ "$root"$'\n'"$(<"$1")" == "$(<"$stamp")" ]]
}

is_recent_python() { # command [module...]
    local command=$1
    shift
    "$command" -c '
import importlib, sys
if sys.version_info < (3, 11):
    sys.exit(1)
for name in sys.argv[1:]:
    importlib.import_module(name)
' "$@" >/dev/null 2>&1
}

candidates=(python3 python3.14 python3.13 python3.12 python3.11 python /usr/bin/python3)

# First rung: a Python >= 3.11 that can make an environment with pip in it.
make_with_venv() {
    local candidate
    for candidate in "${candidates[@]}"; do
        if is_recent_python "$candidate" venv ensurepip; then
            say "making .venv with $("$candidate" --version)"
            "$candidate" -m venv --clear "$venv" >&2 && return
            say "$candidate -m venv failed; trying another way"
        fi
    done
    return 1
}

# uv, of the version and hash in packaging/bootstrap.lock, in a folder of our own. It needs some
# pip, of any Python; `--target` is allowed where the system's Python is externally managed.
private_uv() {
    uv=$tools/bin/uv
    local lock=$root/packaging/bootstrap.lock candidate
    [[ -x $uv && -r $tools/bootstrap.lock && "$(<"$lock")" == "$(<"$tools/bootstrap.lock")" ]] && return
    for candidate in "${candidates[@]}"; do
        if "$candidate" -m pip --version >/dev/null 2>&1; then
            say "installing uv into .venv-tools with the pip of $candidate"
            if "$candidate" -m pip install -qq --disable-pip-version-check --no-warn-script-location \
                --require-hashes --upgrade --target "$tools" -r "$lock" >&2; then
                cp "$lock" "$tools/bootstrap.lock"
                [[ -x $uv ]] && return
            fi
        fi
    done
    return 1
}

# uv reads no pip settings, so where somebody has set pip to an index, uv is told the same.
# The hashes in the lock file make it all one where a package comes from.
adopt_pip_settings() {
    local candidate value
    for candidate in "${candidates[@]}"; do
        "$candidate" -m pip --version >/dev/null 2>&1 || continue
        pip_setting() { "$candidate" -m pip config get "$1" 2>/dev/null || true; }
        value=${PIP_INDEX_URL:-$(pip_setting global.index-url)}
        [[ -z $value ]] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}"
        value=${PIP_EXTRA_INDEX_URL:-$(pip_setting global.extra-index-url)}
        [[ -z $value ]] || export UV_INDEX="${UV_INDEX:-$value}"
        value=${PIP_CERT:-$(pip_setting global.cert)}
        [[ -z $value ]] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}"
        break
    done
    # like pip, trust what the system trusts, where it says so in one of the usual places
    if [[ -e /etc/ssl/cert.pem || -e /etc/ssl/certs/ca-certificates.crt || -e /etc/pki/tls/certs/ca-bundle.crt ]]; then
        export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
    fi
    export UV_INDEX_STRATEGY=${UV_INDEX_STRATEGY:-unsafe-best-match}
    export UV_LINK_MODE=${UV_LINK_MODE:-copy}
}

# Second rung: no `venv` module (Debian splits it off), or every Python is too old.
make_with_uv() {
    private_uv || return 1
    adopt_pip_settings
    say "making .venv with uv"
    "$uv" venv --quiet --no-config --no-project --clear --python '>=3.11' "$venv" >&2
}

# Third rung: as root on Debian or Ubuntu the missing pieces can be installed.
make_after_apt() {
    if [[ $EUID == 0 ]] && command -v apt-get >/dev/null; then
        say "installing python3, python3-venv and python3-pip with apt-get"
        apt_install python3 python3-venv python3-pip || return 1
        make_with_venv || make_with_uv
    else
        return 1
    fi
}

apt_install() { # package...
    local log=$tools/apt.log
    {
        DEBIAN_FRONTEND=noninteractive apt-get -q update &&
            DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
    } </dev/null >"$log" 2>&1 && return
    tail -n 20 "$log" >&2
    return 1
}

install_packages() { # lock file
    say "installing the packages of ${1##*/} (about a minute the first time)"
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$1" >&2
    else
        private_uv || return 1
        adopt_pip_settings
        "$uv" pip install --quiet --no-config --python "$python" --require-hashes -r "$1" >&2
    fi
}

# The app isn't built or installed: its folder goes on the path, so an edit counts at once.
link_project() {
    "$python" -c '
import pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
(site / "talkstick.pth").write_text(sys.argv[1] + "\n", encoding="utf-8")
command = pathlib.Path(sys.prefix, "bin", "talkstick")
command.write_text(f"#!/bin/sh\nexec \"{sys.executable}\" -P -m app \"$@\"\n", encoding="utf-8")
command.chmod(0o755)
' "$root"
}

# Qt's system libraries. Missing ones are never fatal here: everything but the window runs without.
check_libraries() {
    [[ $OSTYPE == linux* ]] || return 0
    local packages
    packages=$("$python" "$root/packaging/system_libraries.py") || return 0
    if [[ -n $packages && $EUID == 0 ]] && command -v apt-get >/dev/null; then
        say "installing the system libraries that Qt needs: $packages"
        # shellcheck disable=SC2086 # a list of names
        apt_install $packages || say "apt-get failed; see the lines above"
        packages=$("$python" "$root/packaging/system_libraries.py") || return 0
    fi
    if [[ -n $packages ]]; then
        say "the window needs system libraries that are missing here. On Debian or Ubuntu:"
        say "    sudo apt-get install $packages"
        return 0
    fi
    : >"$stamps/libraries"
}

# Make .venv hold exactly what the lock file names, unless it does already.
prepare() { # lock file
    is_current "$1" && return
    mkdir -p "$tools"
    if command -v flock >/dev/null; then # two starts at once on a new checkout
        exec 9>"$tools/lock"
        flock 9
        if is_current "$1"; then
            exec 9>&-
            return
        fi
    fi
    if ! is_recent_python "$python"; then
        rm -rf "$venv"
        make_with_venv || make_with_uv || make_after_apt ||
            die "no usable Python. Needed: Python 3.11 or newer with venv or pip. On Debian or Ubuntu:" \
                "sudo apt-get install python3 python3-venv"
    fi
    install_packages "$1" || die "the packages could not be installed; the lines above say why."
    link_project
    mkdir -p "$stamps"
    [[ -e $stamps/libraries ]] || check_libraries
    # The development lock contains the other one, so it brings both up to date.
    [[ $1 != *-dev.lock ]] || printf '%s\n%s\n' "$root" "$(<"$root/requirements.lock")" >"$stamps/requirements.lock"
    printf '%s\n%s\n' "$root" "$(<"$1")" >"$stamps/${1##*/}"
    say "ready"
    exec 9>&-
}
