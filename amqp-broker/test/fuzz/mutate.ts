import { FRAME_END, FRAME_OVERHEAD, PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { METHODS } from '../../src/codec/method-spec.js';
import { fieldTable } from './field-tables.js';
import type { Random } from './random.js';
import type { RecordedFrame, RecordedSession } from './record-sessions.js';

const HANDSHAKE_FRAMES = 3;
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const FIELD_TYPES = 'tbBsuIilfdDSxTAFVz\0';
const METHOD_IDS = Object.values(METHODS).map(([classId, methodId]) => classId * 0x1_0000 + methodId);

type Change = (frames: RecordedFrame[], at: number, random: Random, sessions: readonly RecordedSession[]) => void;

/** A session with some of its structure changed, or octets that never had any. */
export function mutate(sessions: readonly RecordedSession[], random: Random): Buffer {
  if (random.below(20) === 0) return noise(random);
  const frames = [...random.pick(sessions)];
  for (let count = 1 + random.below(4); count > 0 && frames.length > 0; count -= 1) {
    // The handshake is changed seldom, or most inputs would not come past it.
    const first = random.below(10) === 0 ? 0 : Math.min(HANDSHAKE_FRAMES, frames.length - 1);
    const at = first + random.below(frames.length - first);
    random.pick(CHANGES)(frames, at, random, sessions);
  }
  const bytes = Buffer.concat([PROTOCOL_HEADER, ...frames.map(encode)]);
  if (random.below(4) > 0) return bytes;
  return random.below(2) === 0 ? bytes.subarray(0, random.below(bytes.length)) : withRandomOctets(bytes, random);
}

function noise(random: Random): Buffer {
  const bytes = random.bytes(random.below(400));
  return random.below(2) === 0 ? Buffer.concat([PROTOCOL_HEADER, bytes]) : bytes;
}

const CHANGES: readonly Change[] = [
  (frames, at) => void frames.splice(at, 1),
  (frames, at) => void frames.splice(at, 0, frames[at] as RecordedFrame),
  (frames, at, random) => {
    const other = random.below(frames.length);
    [frames[at], frames[other]] = [frames[other] as RecordedFrame, frames[at] as RecordedFrame];
  },
  (frames, at, random) => replace(frames, at, { channel: random.pick([0, 1, 2, 65_535, random.below(65_536)]) }),
  (frames, at, random) => replace(frames, at, { type: random.pick([0, 1, 2, 3, 4, 8, 65, 255]) }),
  (frames, at, random) => replace(frames, at, { payload: cut(frames, at, random) }),
  (frames, at, random) =>
    replace(frames, at, { payload: Buffer.concat([cut(frames, at, random), random.bytes(random.below(20))]) }),
  (frames, at, random) => replace(frames, at, { payload: withRandomOctets(payloadOf(frames, at), random) }),
  (frames, at, random) => replace(frames, at, { payload: withExtreme(payloadOf(frames, at), random) }),
  (frames, at, random) => replace(frames, at, { payload: withMethod(payloadOf(frames, at), random) }),
  (frames, at, random) => replace(frames, at, { payload: Buffer.concat([payloadOf(frames, at), deepTable(random)]) }),
  (frames, at, random) => {
    const payload = Buffer.concat([idOf(random), random.bytes(random.below(60))]);
    frames.splice(at, 0, { type: 1, channel: random.below(3), payload });
  },
  (frames, at, random) => void frames.splice(at, 0, declaration(random)),
  (frames, at, random) => void frames.splice(at, 0, ...publish(random)),
  (frames, at, random, sessions) => {
    const other = random.pick(sessions);
    const from = HANDSHAKE_FRAMES + random.below(other.length - HANDSHAKE_FRAMES);
    frames.splice(at, 0, ...other.slice(from, from + 1 + random.below(6)));
  },
];

/** queue.declare of an exclusive queue with arguments of any types. */
function declaration(random: Random): RecordedFrame {
  const [classId, methodId] = METHODS['queue.declare'];
  const head = Buffer.from([0, classId, 0, methodId, 0, 0, 0, 0b100]);
  return { type: 1, channel: 1, payload: Buffer.concat([head, fieldTable(random)]) };
}

/** basic.publish with headers of any types, to an exchange that looks at them; bodies may come in empty frames. */
function publish(random: Random): RecordedFrame[] {
  const [classId, methodId] = METHODS['basic.publish'];
  const exchange = Buffer.from(random.pick(['amq.match', 'amq.headers', 'amq.fanout', '']));
  const head = Buffer.from([0, classId, 0, methodId, 0, 0, exchange.length]);
  const method = Buffer.concat([head, exchange, Buffer.from([0, random.below(2)])]);
  const size = random.below(3);
  const properties = Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, size, 0x20, 0]);
  return [
    { type: 1, channel: 1, payload: method },
    { type: 2, channel: 1, payload: Buffer.concat([properties, fieldTable(random)]) },
    ...Array.from({ length: size + random.below(2) }, (_, index) => ({
      type: 3,
      channel: 1,
      payload: index < size ? Buffer.from('x') : Buffer.alloc(0),
    })),
  ];
}

function encode({ type, channel, payload }: RecordedFrame): Buffer {
  const bytes = Buffer.alloc(payload.length + FRAME_OVERHEAD);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt16BE(channel, 1);
  bytes.writeUInt32BE(payload.length, 3);
  payload.copy(bytes, 7);
  bytes.writeUInt8(FRAME_END, 7 + payload.length);
  return bytes;
}

function replace(frames: RecordedFrame[], at: number, change: Partial<RecordedFrame>): void {
  frames[at] = { ...(frames[at] as RecordedFrame), ...change };
}

function payloadOf(frames: readonly RecordedFrame[], at: number): Buffer {
  return (frames[at] as RecordedFrame).payload;
}

function cut(frames: readonly RecordedFrame[], at: number, random: Random): Buffer {
  const payload = payloadOf(frames, at);
  return payload.subarray(0, random.below(payload.length + 1));
}

function withRandomOctets(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let count = 1 + random.below(4); count > 0 && changed.length > 0; count -= 1) {
    changed[random.below(changed.length)] =
      random.below(3) === 0 ? FIELD_TYPES.charCodeAt(random.below(FIELD_TYPES.length)) : random.below(256);
  }
  return changed;
}

/** A length, count, tag or flag at its limits. */
function withExtreme(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([1, 2, 4]);
  if (bytes.length < width) return bytes;
  const changed = Buffer.from(bytes);
  changed.writeUIntBE(random.pick(EXTREMES) % 256 ** width, random.below(bytes.length - width + 1), width);
  return changed;
}

function withMethod(bytes: Buffer, random: Random): Buffer {
  return bytes.length < 4 ? bytes : Buffer.concat([idOf(random), bytes.subarray(4)]);
}

function idOf(random: Random): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(random.pick(METHOD_IDS));
  return id;
}

/** Tables within tables, more than any honest client has. */
function deepTable(random: Random): Buffer {
  let table = Buffer.alloc(4);
  for (let depth = random.below(200); depth > 0; depth -= 1) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(table.length + 3);
    table = Buffer.concat([head, Buffer.from([1, 0x61, random.below(2) === 0 ? 0x46 : 0x41]), table]);
  }
  return table;
}
