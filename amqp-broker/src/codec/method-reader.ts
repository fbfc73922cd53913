import { AmqpError } from '../errors.js';
import type { ByteReader } from './byte-reader.js';
import { type Kind, METHODS, type Method, type MethodName } from './method-spec.js';

/** Octets of a method that cannot be read, shown in its error. */
const SHOWN = 64;
const PUBLISH = id(60, 40);
const ACK = id(60, 80);

const READABLE: ReadonlyMap<number, { method: MethodName; fields: [string, Kind][] }> = new Map(
  Object.entries(METHODS).map(([method, [classId, methodId, fields]]) => [
    id(classId, methodId),
    { method: method as MethodName, fields: Object.entries(fields) as [string, Kind][] },
  ]),
);

/** Reads the payload of a method frame. Unknown methods and truncated fields are connection errors. */
export function readMethod(reader: ByteReader): Method {
  const key = reader.long();
  const known = READABLE.get(key);
  if (known === undefined) {
    throw new AmqpError('COMMAND_INVALID', `unknown method ${key >>> 16}.${key & 0xffff}`);
  }
  const { at } = reader;
  try {
    if (key === PUBLISH) return readPublish(reader);
    if (key === ACK) return readAck(reader);
    return readFields(known.method, known.fields, reader);
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    const octets = reader.buffer.subarray(at, Math.min(reader.end, at + SHOWN)).join(',');
    throw new AmqpError('FRAME_ERROR', `cannot decode <<${octets}>>`, known.method);
  }
}

function readFields(method: MethodName, fields: [string, Kind][], reader: ByteReader): Method {
  const result: Record<string, unknown> = { method };
  let bits = 0;
  let bitCount = 0;
  for (const [name, kind] of fields) {
    if (kind !== 'bit') {
      bitCount = 0;
      result[name] = reader[kind]();
      continue;
    }
    if (bitCount % 8 === 0) bits = reader.octet();
    result[name] = ((bits >> (bitCount % 8)) & 1) === 1;
    bitCount += 1;
  }
  return result as Method;
}

function readPublish(reader: ByteReader): Method {
  const reserved1 = reader.short();
  const exchange = reader.shortstr();
  const routingKey = reader.shortstr();
  const bits = reader.octet();
  return {
    method: 'basic.publish',
    reserved1,
    exchange,
    routingKey,
    mandatory: (bits & 1) !== 0,
    immediate: (bits & 2) !== 0,
  };
}

function readAck(reader: ByteReader): Method {
  return { method: 'basic.ack', deliveryTag: reader.longlong(), multiple: (reader.octet() & 1) !== 0 };
}

function id(classId: number, methodId: number): number {
  return classId * 0x1_0000 + methodId;
}
