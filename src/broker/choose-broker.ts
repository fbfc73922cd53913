import { failure } from '../errors.js';
import { freePort } from '../ports/free-port.js';
import { type BrokerSource, type RememberedBroker, readBroker, rememberBroker } from './broker-file.js';
import { type BrokerPlan, withoutPassword } from './broker-plan.js';
import { rabbitImage } from './docker/container-record.js';
import { type Engine, findEngine } from './docker/docker-engine.js';
import { ensureImage } from './docker/ensure-image.js';
import { planDocker } from './plan-docker.js';
import { planEmbedded } from './plan-embedded.js';
import { planExternal } from './plan-external.js';

export interface BrokerWorkspace {
  name: string;
  root: string;
  stateFolder: string;
  config: { broker: string };
}

export interface ChooseOptions {
  workspace: BrokerWorkspace;
  /** `--broker`; wins over mscli.yaml. */
  flag: string | undefined;
  signal: AbortSignal;
  /** Told of progress, and of what a person should know about the choice. */
  onNote: (text: string) => void;
  engine?: () => Promise<Engine>;
  /** Finds a port for the broker: the preferred one if it is free. */
  findPort?: (preferred: number) => Promise<number>;
}

interface Wish {
  broker: string;
  source: BrokerSource;
  reason: string;
}

/**
 * Which broker this run uses. What was chosen once stays, because messages do not move between brokers: only a word of the
 * user (a flag, mscli.yaml) changes it, and a choice that no longer works is an error, never a reason for another one.
 */
export async function chooseBroker(options: ChooseOptions): Promise<BrokerPlan> {
  const { workspace, onNote } = options;
  const remembered = await readBroker(workspace.stateFolder);
  const wish = wishOf(options, remembered);
  const plan = await planFor(wish, options, remembered);
  if (remembered && remembered.kind !== plan.kind) onNote(switched(remembered, plan));
  await rememberBroker(workspace.stateFolder, plan, wish.source);
  return plan;
}

function wishOf({ flag, workspace }: ChooseOptions, remembered: RememberedBroker | undefined): Wish {
  if (flag !== undefined && flag !== 'auto') return { broker: flag, source: 'flag', reason: 'asked for with --broker' };
  const { broker } = workspace.config;
  if (broker !== 'auto') return { broker, source: 'config', reason: 'set in mscli.yaml' };
  if (!remembered || remembered.source === 'config') return { broker: 'auto', source: 'auto', reason: '' };
  const chosen = remembered.kind === 'external' ? remembered.url : remembered.kind;
  return { broker: chosen, source: remembered.source, reason: 'chosen before in this workspace' };
}

async function planFor(wish: Wish, options: ChooseOptions, remembered?: RememberedBroker): Promise<BrokerPlan> {
  const { workspace, engine = findEngine, onNote, signal, findPort = freePort } = options;
  switch (wish.broker) {
    case 'auto':
      return planAutomatically(options);
    case 'embedded':
      return planEmbedded(workspace, { reason: wish.reason, remembered, onNote, findPort });
    case 'docker': {
      const found = await engine();
      if (found.kind === 'absent') throw dockerIsGone(wish, found.reason, remembered);
      await ensureImage(found.docker, rabbitImage, { signal, onProgress: onNote });
      return planDocker(found.docker, workspace, { reason: wish.reason, remembered, onNote, findPort });
    }
    default:
      return planExternal(wish.broker, { reason: wish.reason, signal });
  }
}

/** The first run: RabbitMQ if Docker can run it, else the embedded broker, and the reason for it. */
async function planAutomatically({
  workspace,
  engine = findEngine,
  signal,
  onNote,
  findPort = freePort,
}: ChooseOptions): Promise<BrokerPlan> {
  const found = await engine();
  if (found.kind === 'absent') {
    return planEmbedded(workspace, { reason: found.reason, remembered: undefined, onNote, findPort });
  }
  try {
    await ensureImage(found.docker, rabbitImage, { signal, onProgress: onNote });
  } catch (error) {
    signal.throwIfAborted();
    const { cause = error } = error as Error;
    const why = cause instanceof Error ? cause.message : String(cause);
    const reason = `a Docker engine answered, but not with the image ${rabbitImage}: ${why}`;
    return planEmbedded(workspace, { reason, remembered: undefined, onNote, findPort });
  }
  return planDocker(found.docker, workspace, {
    reason: 'a Docker engine answered',
    remembered: undefined,
    onNote,
    findPort,
  });
}

function dockerIsGone(wish: Wish, reason: string, remembered: RememberedBroker | undefined): Error {
  const hint = 'Start Docker, or switch with `mscli up --broker embedded`: undelivered messages stay in RabbitMQ.';
  const chosenBefore = remembered?.kind === 'docker' && wish.source === 'auto';
  if (!chosenBefore)
    return failure('DOCKER_UNAVAILABLE', `RabbitMQ in Docker, ${wish.reason}, cannot run: ${reason}.`, { hint });
  return failure('BROKER_CHANGED', `This workspace has used RabbitMQ in Docker, but ${reason}.`, { hint });
}

function switched(before: RememberedBroker, plan: BrokerPlan): string {
  const name = before.kind === 'external' ? withoutPassword(before.url) : `the ${before.kind} broker`;
  return `The broker was ${name} before, and is ${plan.kind} now: messages not yet delivered stay in the old one.`;
}
