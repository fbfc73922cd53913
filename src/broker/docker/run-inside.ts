import type Docker from 'dockerode';

/** Runs a command in a running container and waits for its end; its output and result are nobody's concern. */
export async function runInside(container: Docker.Container, command: string[]): Promise<void> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve).once('end', resolve).once('error', resolve));
}
