# Sourced by script/demo and script/test: makes .venv and what it needs, once. POSIX sh; Debian, Ubuntu and macOS.
# shellcheck shell=sh

me=script/$(basename "$0")

# stop SENTENCE...: says what is wrong and what to do, then ends.
stop() {
    echo "$me: $*" >&2
    exit 2
}

# quietly COMMAND...: runs it without a word; when it fails, shows all that it said and returns its exit code.
quietly() {
    log=$(mktemp)
    status=0
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" = 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# choose_python: sets $python to one of version 3.11 or newer; $PYTHON is the caller's own choice.
choose_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    found=$("${PYTHON:-python3}" -V 2>/dev/null) || found="not there"
    stop "Python 3.11 or newer is needed and '${PYTHON:-python3}' is $found;" \
        "install one and run this again, with PYTHON=/path/to/python3 if need be."
}

# find_homebrew: lets Python's loader find Homebrew's libraries on macOS, where it does not look by itself.
find_homebrew() {
    for prefix in "${HOMEBREW_PREFIX:-}" /opt/homebrew /usr/local; do
        export DYLD_FALLBACK_LIBRARY_PATH="$prefix/lib"
        [ ! -e "$prefix/lib/libpango-1.0.dylib" ] || return 0
    done
}

# missing_packages LEVEL: prints the system packages that are needed and not there, by the package manager's names.
missing_packages() {
    if [ "$(uname)" = Darwin ]; then
        [ -e "$DYLD_FALLBACK_LIBRARY_PATH/libpango-1.0.dylib" ] || echo pango
        pdf_programs=poppler
        dns_programs=bind
    else
        "$python" - <<'END'
import ctypes
import importlib.util
import sys

# Debian's Python comes without the part that makes environments.
if not importlib.util.find_spec("ensurepip"):
    print("python3.%d-venv" % sys.version_info[1])
for package, library in (
    ("libpango-1.0-0", "libpango-1.0.so.0"),
    ("libpangoft2-1.0-0", "libpangoft2-1.0.so.0"),
    ("libharfbuzz-subset0", "libharfbuzz-subset.so.0"),
):
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
END
        # Debian's pip trusts what the system trusts, and a bare system trusts nobody.
        [ ! -e /etc/debian_version ] || [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
        pdf_programs=poppler-utils
        dns_programs=bind9-dnsutils
    fi
    [ "$1" = test ] || return 0
    # Programs that the tests start: as servers to probe, and for a second opinion on what was found.
    programs="nginx openssl pdftotext=$pdf_programs delv=$dns_programs qpdf shellcheck sslscan turnserver=coturn"
    # Media servers and browsers need hosts of their own, which the tests make as network namespaces: only on Linux.
    [ "$(uname)" = Darwin ] || programs="$programs janus chromium ip=iproute2"
    for pair in $programs; do
        PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${pair%=*}" >/dev/null || echo "${pair#*=}"
    done
}

# as_root COMMAND...: runs it as root, by sudo where that is needed.
as_root() {
    if [ "$(id -u)" = 0 ]; then env "$@"; else sudo env "$@"; fi
}

# install_packages PACKAGE...: installs them with apt-get or Homebrew.
install_packages() {
    if [ "$(uname)" = Darwin ]; then
        command -v brew >/dev/null || stop "Homebrew is missing; install it from https://brew.sh, then run this again."
        echo "$me: installing with Homebrew: $*" >&2
        quietly brew install --quiet "$@" || stop "Homebrew could not install $*; what it said stands above."
        find_homebrew
        return
    fi
    command -v apt-get >/dev/null ||
        stop "packages are missing, by Debian's names $*; install them with your package manager, then run this again."
    # Without a terminal nobody can type a password.
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; } ||
        stop "packages are missing and only root can install them; have 'apt-get install $*' run, then run this again."
    echo "$me: installing with apt-get: $*" >&2
    apt="apt-get -qq -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
    # shellcheck disable=SC2086  # the options are several words
    {
        quietly as_root $apt update &&
            quietly as_root DEBIAN_FRONTEND=noninteractive $apt install --no-install-recommends "$@"
    } || stop "apt-get could not install $*; what it said stands above."
    # The tests start their own servers; the packages would leave them running.
    for service in nginx coturn janus; do
        case " $* " in *" $service "*)
            [ ! -d /run/systemd/system ] || as_root systemctl disable --now --quiet "$service"
            ;;
        esac
    done
}

# pip ARGUMENT...: the environment's pip. Its own settings (index, proxy, certificates) stay as the machine has them.
pip() {
    quietly .venv/bin/python -m pip --disable-pip-version-check --quiet "$@" ||
        stop "pip could not install what is needed into .venv; what it said stands above."
}

# set_up LEVEL: afterwards .venv has the project and its locked dependencies; LEVEL is runtime, or test, which has all.
set_up() {
    [ "$(uname)" != Darwin ] || find_homebrew

    # What the environment was made from; while that is the same, the next run has nothing to do.
    stamp="$PWD $(cat requirements/*.txt pyproject.toml script/environment.sh | cksum)"
    for level in test "$1"; do
        [ ! -x .venv/bin/vendor-audit ] || [ "$(cat ".venv/set-up-$level" 2>/dev/null)" != "$stamp" ] || return 0
    done

    choose_python
    packages=$(missing_packages "$1")
    # shellcheck disable=SC2086  # a word is a package
    [ -z "$packages" ] || install_packages $packages

    # An environment that was moved, or whose Python has gone, is made anew.
    place=$(cat .venv/place 2>/dev/null) || place=$PWD
    if [ "$place" != "$PWD" ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        quietly "$python" -m venv --clear .venv || stop "$python could not make .venv; what it said stands above."
        echo "$PWD" >.venv/place
    fi
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "the Python in .venv is older than 3.11; remove .venv and run this again."

    echo "$me: installing the locked dependencies into .venv" >&2
    case $1 in
    test) pip install --require-hashes --requirement requirements/test.txt ;;
    *) pip install --require-hashes --requirement requirements/runtime.txt --requirement requirements/build.txt ;;
    esac
    pip install --no-deps --no-build-isolation --editable .
    echo "$stamp" >".venv/set-up-$1"
}
