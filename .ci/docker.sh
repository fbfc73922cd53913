#!/usr/bin/env bash
# Gives a Debian machine a Docker engine and the images that the tests use (.ci/images.sh).
# Does nothing that is already done. Usage: .ci/docker.sh
set -euo pipefail

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

"$(dirname "$0")/images.sh"
