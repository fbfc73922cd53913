import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PYTHON = '/usr/bin/python3';
const PIKA_JOB = fileURLToPath(new URL('pika_job.py', import.meta.url));

/** A test's title says why it is skipped. */
function titled(title: string, missing: string | undefined): string {
  return missing === undefined ? title : `${title} (skipped: ${missing})`;
}

const pikaMissing =
  spawnSync(PYTHON, ['-c', 'import pika']).status === 0
    ? undefined
    : 'pika is not installed (Debian: apt-get install python3-pika)';
const toolsMissing = existsSync('/usr/bin/amqp-publish')
  ? undefined
  : 'amqp-tools is not installed (Debian: apt-get install amqp-tools)';

describe.skipIf(pikaMissing !== undefined)(titled('pika', pikaMissing), () => {
  test('does a job', { timeout: 60_000 }, async () => {
    await using broker = await testBroker();
    const { stdout } = await execa(PYTHON, [PIKA_JOB, broker.url]);
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    expect(JSON.parse(stdout)).toEqual({
      unroutable: [312, 'lost'],
      done: numbers.filter((number) => number % 10 !== 3),
      dead: numbers.filter((number) => number % 10 === 3),
      redeclared: 406,
      left: 0,
      again: 0,
      'wrong password': 'refused',
    });
  });
});

const adminMissing = existsSync('/usr/bin/rabbitmqadmin')
  ? undefined
  : 'rabbitmqadmin is not installed (Debian: apt-get install rabbitmq-server)';

describe.skipIf(toolsMissing !== undefined)(titled('amqp-tools', toolsMissing), () => {
  test('declare, publish, get, consume, delete, and are told what is missing', { timeout: 60_000 }, async () => {
    await using broker = await testBroker();
    const tool = (name: string, ...args: string[]) => execa(`/usr/bin/amqp-${name}`, ['--url', broker.url, ...args]);
    expect((await tool('declare-queue', '-q', 'tools', '-d')).stdout).toBe('tools');
    for (const body of ['one', 'two', 'three']) await tool('publish', '-r', 'tools', '-p', '-b', body);
    expect((await tool('get', '-q', 'tools')).stdout).toBe('one');
    expect((await tool('consume', '-q', 'tools', '-c', '2', 'cat')).stdout).toBe('twothree');
    const empty = await execa('/usr/bin/amqp-get', ['--url', broker.url, '-q', 'tools'], { reject: false });
    expect(empty.exitCode).toBe(2);
    const missing = await execa('/usr/bin/amqp-get', ['--url', broker.url, '-q', 'missing'], { reject: false });
    expect(missing.stderr).toContain('404');
    expect((await tool('delete-queue', '-q', 'tools')).stdout).toBe('0');
  });
});

describe.skipIf(adminMissing !== undefined)(titled('rabbitmqadmin', adminMissing), () => {
  test('sets a virtual host up, looks into it, and takes its definitions elsewhere', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder();
    await using broker = await testBroker({ managementPort: 0 });
    await using other = await testBroker({ managementPort: 0 });
    const admin = async (command: string, { managementPort } = broker, user = 'guest:guest') => {
      const [name = '', password = ''] = user.split(':');
      const login = ['-P', String(managementPort), '-u', name, '-p', password, '-f', 'tsv', '-q'];
      return (await execa(PYTHON, ['/usr/bin/rabbitmqadmin', ...login, ...command.split(' ')])).stdout;
    };
    await admin('declare vhost name=shop');
    await admin('declare user name=ann password=secret tags=management');
    await admin('declare permission vhost=shop user=ann configure=.* write=.* read=.*');
    const ann = (command: string) => admin(`-V shop ${command}`, broker, 'ann:secret');
    await ann('declare queue name=orders durable=true arguments={"x-max-length":5}');
    await ann('declare exchange name=events type=topic');
    await ann('declare binding source=events destination=orders routing_key=order.#');
    await ann('publish exchange=events routing_key=order.placed payload=hello');
    expect(await ann('list queues name messages')).toBe('orders\t1');
    expect(await ann('get queue=orders ackmode=ack_requeue_false')).toContain('hello');
    await expect(ann('list users')).rejects.toThrow('Access refused: /api/users');
    await expect(admin('declare policy name=p pattern=.* definition={"max-length":1}')).rejects.toThrow('no policies');

    const file = join(folder.path, 'definitions.json');
    await admin(`export ${file}`);
    await admin(`import ${file}`, other);
    expect(await admin('list bindings vhost source destination routing_key', other)).toContain(
      'shop\tevents\torders\torder.#',
    );
    expect(await admin('-V shop list queues name', other, 'ann:secret')).toBe('orders');
    await admin('delete vhost name=shop', other);
    await admin('delete user name=ann', other);
    expect(await admin('list users name', other)).toBe('guest');
  });
});
