/** What mscli reads from the environment. test/scripts/reference.test.ts holds it against the sources. */
export const environment = {
  commands: {
    NO_COLOR: 'Not empty: no colours.',
    FORCE_COLOR: 'Colours also where the output is no terminal; `0`: only where it is one. `NO_COLOR` has precedence.',
    TERM: '`dumb`: no colours.',
    MSCLI_DEBUG: 'Not empty: errors with their stack.',
    DOCKER_HOST: 'The Docker engine to use, instead of the one that is found at the usual sockets.',
    NODE_EXTRA_CA_CERTS:
      'A file of authorities to believe in beside those of Node, also where the gateway calls services.',
    MSCLI_GATEWAY_SETTINGS: 'The settings of the gateway as JSON: set by mscli for the gateway.',
    MSCLI_GATEWAY_WORKER_OF: 'The gateway that a worker belongs to: set by the gateway for its workers.',
    XDG_RUNTIME_DIR:
      'Where a rootless Docker is looked for, and where the control socket is put when its path would be too long.',
  },
  services: {
    PORT: 'The port to listen on. Without it, a free one.',
    HOST: 'The address to listen on. Without it, 127.0.0.1; a container sets 0.0.0.0.',
    MSCLI_STATE_URL: '`file:` URL of the state folder. Without it, `.mscli` beside the nearest `mscli.yaml`.',
    MSCLI_BROKER_URL: 'AMQP URL of the broker. Without it, what `broker.json` in the state folder says.',
    MSCLI_SERVICE: 'The name of the service, for one that is not written in TypeScript.',
    MSCLI_INSTANCE_ID: 'The name of this instance. Without it, the name of the service and the process id.',
    LOG_LEVEL: '`trace`, `debug`, `info` (without it), `warn`, `error`, `fatal` or `silent`.',
    MSCLI_STOP_DEADLINE_MS: 'How long a graceful stop may take, in milliseconds. Without it, 10000.',
  },
};
