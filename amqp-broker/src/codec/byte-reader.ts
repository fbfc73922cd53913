import { AmqpError } from '../errors.js';
import { FIELD_TYPES, type Field, type FieldTable } from './field.js';

/** Deeper tables than this are no honest client's; the limit keeps a hostile one from exhausting the stack. */
const MAX_DEPTH = 64;

/** Reads AMQP primitives from a range of a buffer; reading past its end is a SYNTAX_ERROR. Reused for all frames of a connection. */
export class ByteReader {
  buffer: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;

  reset(buffer: Buffer, at = 0, end = buffer.length): this {
    this.buffer = buffer;
    this.at = at;
    this.end = end;
    return this;
  }

  octet(): number {
    return this.buffer[this.advance(1)] as number;
  }

  short(): number {
    const at = this.advance(2);
    return ((this.buffer[at] as number) << 8) | (this.buffer[at + 1] as number);
  }

  long(): number {
    return this.buffer.readUInt32BE(this.advance(4));
  }

  /** Unsigned 64 bits as a number: tags and sizes beyond 2^53 do not occur. */
  longlong(): number {
    const at = this.advance(8);
    return this.buffer.readUInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }

  shortstr(): string {
    const length = this.octet();
    return length === 0 ? '' : this.bytes(length);
  }

  longstr(): string {
    return this.bytes(this.long());
  }

  table(depth = 0): FieldTable {
    const end = this.enter(this.long(), depth);
    const fields = new Map<string, Field>();
    while (this.at < end) fields.set(this.shortstr(), this.field(depth + 1));
    this.leave(end);
    return fields;
  }

  field(depth = 0): Field {
    const octet = this.octet();
    const type = FIELD_TYPES.get(octet);
    if (type === undefined) throw new AmqpError('SYNTAX_ERROR', `unknown field type ${octet}`);
    switch (type) {
      case 'bool':
        return { type, value: this.octet() !== 0 };
      case 'byte':
        return { type, value: this.buffer.readInt8(this.advance(1)) };
      case 'unsignedbyte':
        return { type, value: this.octet() };
      case 'short':
        return { type, value: this.buffer.readInt16BE(this.advance(2)) };
      case 'unsignedshort':
        return { type, value: this.short() };
      case 'signedint':
        return { type, value: this.buffer.readInt32BE(this.advance(4)) };
      case 'unsignedint':
        return { type, value: this.long() };
      case 'long':
        return { type, value: this.buffer.readBigInt64BE(this.advance(8)) };
      case 'timestamp':
        return { type, value: this.buffer.readBigUInt64BE(this.advance(8)) };
      case 'float':
        return { type, value: this.buffer.readFloatBE(this.advance(4)) };
      case 'double':
        return { type, value: this.buffer.readDoubleBE(this.advance(8)) };
      case 'decimal':
        return { type, value: { scale: this.octet(), digits: this.long() } };
      case 'longstr':
      case 'binary':
        return { type, value: this.longstr() };
      case 'array':
        return { type, value: this.array(depth) };
      case 'table':
        return { type, value: this.table(depth) };
      case 'void':
        return { type, value: null };
      default:
        throw type satisfies never;
    }
  }

  private array(depth: number): Field[] {
    const end = this.enter(this.long(), depth);
    const items: Field[] = [];
    while (this.at < end) items.push(this.field(depth + 1));
    this.leave(end);
    return items;
  }

  private bytes(length: number): string {
    const at = this.advance(length);
    return this.buffer.toString('latin1', at, at + length);
  }

  private enter(length: number, depth: number): number {
    if (depth > MAX_DEPTH) throw new AmqpError('SYNTAX_ERROR', `field table nested deeper than ${MAX_DEPTH}`);
    if (this.at + length > this.end) throw new AmqpError('SYNTAX_ERROR', 'field table longer than its frame');
    return this.at + length;
  }

  private leave(end: number): void {
    if (this.at !== end) throw new AmqpError('SYNTAX_ERROR', 'field table with a wrong length');
  }

  private advance(length: number): number {
    const at = this.at;
    if (at + length > this.end) throw new AmqpError('SYNTAX_ERROR', 'frame ends before its last field');
    this.at = at + length;
    return at;
  }
}
