#!/usr/bin/env bash
# Gives the local Docker engine the images that the tests use, made from Debian's and npm's packages instead of pulled:
# rabbitmq:4-management and node:24-slim. Makes only what is missing, as root. Usage: .ci/images.sh
set -euo pipefail

rabbitmq=rabbitmq:4-management
node=node:24-slim # what templates/service/Dockerfile.ejs starts from

# Asked over the socket: the docker client on a machine may be too new or absent.
engine=(curl -sSf --unix-socket /var/run/docker.sock)
there() { "${engine[@]}" -o /dev/null "http://engine/images/$1/json" 2>/dev/null; }

# import IMAGE FOLDER [INSTRUCTION...]: the folder as an image of one layer.
import() {
  local changes=() instruction
  for instruction in "${@:3}"; do changes+=(--url-query "changes=$instruction"); done
  tar -C "$2" -c . | "${engine[@]}" -X POST -T - -H 'Content-Type: application/x-tar' -o "$work/import.log" \
    "http://engine/images/create?fromSrc=-&repo=${1%:*}&tag=${1#*:}" "${changes[@]}"
  there "$1" || { cat "$work/import.log"; echo "$1 could not be imported" >&2; exit 1; }
  echo "$1: made"
}

# quietly COMMAND...: shows what it said only when it fails.
quietly() { "$@" >"$work/log" 2>&1 || { tail -20 "$work/log"; echo "$1 failed" >&2; exit 1; }; }

make_node() {
  local root=$work/node certificates=etc/ssl/certs/ca-certificates.crt
  quietly npm install --prefix "$work" --no-save --no-fund --no-audit --ignore-scripts \
    "node-linux-$(command node -p process.arch)@24.21.0" npm@11.21.2
  cp -a "$work/base" "$root"
  cp "$work"/node_modules/node-linux-*/bin/node "$root/usr/local/bin/"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -R "$work/node_modules/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chroot "$root" useradd --uid 1000 --create-home --shell /bin/bash node
  # A registry that is reached through a proxy has a certificate that only this machine knows.
  cat "${NODE_EXTRA_CA_CERTS:-/$certificates}" >>"$root/$certificates"
  import "$node" "$root" "ENV NODE_VERSION=24.21.0 NODE_EXTRA_CA_CERTS=/$certificates" 'CMD ["node"]'
}

make_rabbitmq() {
  local root=$work/base
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # the packages start nothing
  chmod +x "$root/usr/sbin/policy-rc.d"
  quietly chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server
  chroot "$root" apt-get clean
  cat >"$root/usr/local/bin/start-rabbitmq" <<'START'
#!/bin/sh
echo '[rabbitmq_management].' > /etc/rabbitmq/enabled_plugins
grep -qs loopback_users /etc/rabbitmq/rabbitmq.conf || echo 'loopback_users = none' >> /etc/rabbitmq/rabbitmq.conf
exec rabbitmq-server
START
  chmod +x "$root/usr/local/bin/start-rabbitmq"
  import "$rabbitmq" "$root" 'CMD ["/usr/local/bin/start-rabbitmq"]' 'EXPOSE 5672 15672'
}

missing=()
there "$node" && echo "$node: there" || missing+=(make_node)
there "$rabbitmq" && echo "$rabbitmq: there" || missing+=(make_rabbitmq) # last: it changes the base
[ ${#missing[@]} -gt 0 ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base"
chroot "$work/base" apt-get clean
for make in "${missing[@]}"; do "$make"; done
