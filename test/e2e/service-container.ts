import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';

/** A running container of a service. Disposing of it removes it with its data. */
export interface ServiceContainer extends AsyncDisposable {
  /** Where the service is reached from here. */
  origin: string;
  /** Lines that a command in the container writes. */
  lines(...command: string[]): Promise<string[]>;
  /** What the image's HEALTHCHECK makes of it. */
  health(): Promise<string | undefined>;
  logs(): Promise<string>;
  /** Stops it and starts it again, with the data that it has. */
  restart(): Promise<void>;
  /** As `docker stop`: SIGTERM, and SIGKILL after a while. The exit code is 137 then. */
  stop(): Promise<number>;
}

/** Publishes the image's port here; with a PORT in `env` the service listens on the host's own network instead. */
export async function runService(
  docker: Docker,
  image: string,
  env: Record<string, string>,
): Promise<ServiceContainer> {
  const { Config } = await docker.getImage(image).inspect();
  const [port = ''] = Object.keys(Config.ExposedPorts ?? {});
  const container = await docker.createContainer({
    Image: image,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    // The image's own check, more often.
    Healthcheck: { Interval: 1e9 },
    HostConfig: env.PORT
      ? { NetworkMode: 'host' }
      : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '0' }] } },
  });
  const remove = () => container.remove({ force: true, v: true });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    return {
      origin: `http://127.0.0.1:${env.PORT ?? NetworkSettings.Ports[port]?.[0]?.HostPort}`,
      async lines(...command) {
        const exec = await container.exec({ Cmd: command, AttachStdout: true, Tty: true });
        return (await text(await exec.start({ Tty: true }))).split(/\r?\n/).filter(Boolean);
      },
      health: async () => (await container.inspect()).State.Health?.Status,
      logs: async () => String(await container.logs({ stdout: true, stderr: true })),
      restart: () => container.restart({ t: 30 }),
      async stop() {
        await container.stop({ t: 30 });
        return (await container.inspect()).State.ExitCode;
      },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
