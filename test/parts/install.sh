#!/bin/sh
# Installs the real parts that the tests start, from Debian's packages. Nothing of them starts by itself.
set -eu
packages='docker-registry skopeo podman buildah containerd docker.io radosgw ceph-mon ceph-osd nginx-light caddy iproute2 curl openssl prometheus varnish haproxy chromium fonts-dejavu-core zsh fish systemd systemd-container qemu-user libnginx-mod-stream redis-server'
# For the engine of Helm's templates, in test/deploy.
packages="$packages golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev"
missing=$(for package in $packages; do dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"; done)
[ -n "$missing" ] || exit 0
[ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; }
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
