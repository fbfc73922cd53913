#!/usr/bin/env bash
# Gives a Debian machine a Docker engine and the image rabbitmq:4-management, built from Debian's packages.
# Does nothing that is already done. Usage: .ci/docker.sh
set -euo pipefail

image=rabbitmq:4-management
log=${TMPDIR:-/tmp}/dockerd.log

engine_answers() { curl -sf --max-time 5 --unix-socket /var/run/docker.sock http://engine/_ping >/dev/null 2>&1; }

if ! command -v dockerd >/dev/null || ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables debootstrap curl >/dev/null
fi

if ! engine_answers; then
  rm -f /var/run/docker.pid
  setsid nohup dockerd >"$log" 2>&1 </dev/null &
  for _ in $(seq 120); do
    engine_answers && break
    sleep 0.5
  done
  engine_answers || { tail -20 "$log"; echo "the Docker engine did not start" >&2; exit 1; }
fi

# Asked over the socket: the docker client on a machine may be too new or absent.
if curl -sf --unix-socket /var/run/docker.sock "http://engine/images/$image/json" >/dev/null; then
  echo "Docker engine and $image: there"
  exit 0
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=rabbitmq-server,ca-certificates bookworm "$root" >"$root.log" 2>&1 \
  || { tail -20 "$root.log"; echo "debootstrap failed" >&2; exit 1; }
cat >"$root/usr/local/bin/start-rabbitmq" <<'START'
#!/bin/sh
echo '[rabbitmq_management].' > /etc/rabbitmq/enabled_plugins
grep -qs loopback_users /etc/rabbitmq/rabbitmq.conf || echo 'loopback_users = none' >> /etc/rabbitmq/rabbitmq.conf
exec rabbitmq-server
START
chmod +x "$root/usr/local/bin/start-rabbitmq"
tar -C "$root" -c . | curl -sf --unix-socket /var/run/docker.sock -X POST -H 'Content-Type: application/x-tar' --data-binary @- -o /dev/null \
  "http://engine/images/create?fromSrc=-&repo=rabbitmq&tag=4-management&changes=CMD%20%5B%22%2Fusr%2Flocal%2Fbin%2Fstart-rabbitmq%22%5D&changes=EXPOSE%205672%2015672"
rm -f "$root.log"
echo "Docker engine and $image: made"
