# Sourced by the scripts beside it.
#
#     packages SUITE NAME=VERSION…     unpacks these Debian packages, with what they depend on, into a folder of its own,
#                                      which is gone at the end, and names it in `root`
#     inside COMMAND…                  runs one of their programs in there
#     expect WHAT SEEN EXPECTED        ends with a message and status 1 where the two differ
#
# The mirror is the one that this system's own apt uses.

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

packages() {
    local suite=$1 mirror
    shift
    command -v mmdebstrap >/dev/null || { echo "mmdebstrap is missing: apt-get install mmdebstrap" >&2; exit 2; }
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/\?$')
    rm -rf "${root:?}"/*
    mmdebstrap --quiet --variant=extract --aptopt='Acquire::Check-Valid-Until "false"' \
        --include="$(IFS=,; echo base-files,"$*")" "$suite" "$root" "$mirror" ||
        { echo "$* cannot be had from Debian's $suite" >&2; exit 2; }
}

inside() { chroot "$root" "$@"; }

expect() {
    if [ "$2" != "$3" ]; then
        printf '%s changed\n  seen:     %s\n  expected: %s\n' "$1" "$2" "$3"
        exit 1
    fi
    printf '%s: %s\n' "$1" "$2"
}

# The QEMUs that are asked, oldest first.
qemu_7_2=(bookworm qemu-system-x86=1:7.2+dfsg-7+deb12u18+b3)
qemu_11_1=(sid qemu-system-x86=1:11.1.3+ds-1)
qemu_riscv_7_2=(bookworm qemu-system-misc=1:7.2+dfsg-7+deb12u18+b3)
qemu_riscv_11_1=(sid qemu-system-riscv=1:11.1.3+ds-1)

# Starts qemu-system-x86_64, or what `qemu` names, with options, gives it the QMP command on standard input, and
# prints the answer.
ask_qemu() {
    local command
    command=$(cat)
    printf '%s\n' '{"execute":"qmp_capabilities"}' "$command" '{"execute":"quit"}' |
        inside "${qemu:-qemu-system-x86_64}" -accel tcg -S -nodefaults -display none -monitor none \
            -serial none -qmp stdio "$@" 2>&1 |
        grep -a '"return"\|"error"' | sed -n '2p'
}
