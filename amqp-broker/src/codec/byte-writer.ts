import { FIELD_CODES, type Field, type FieldTable } from './field.js';

/** Writes AMQP primitives into a buffer that grows as needed. */
export class ByteWriter {
  private buffer: Buffer;
  private at = 0;

  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.at;
  }

  /** What was written so far; valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** Forgets what was written and keeps the memory. */
  clear(): this {
    this.at = 0;
    return this;
  }

  octet(value: number): this {
    this.grow(1)[this.at - 1] = value;
    return this;
  }

  short(value: number): this {
    this.grow(2).writeUInt16BE(value, this.at - 2);
    return this;
  }

  long(value: number): this {
    this.grow(4).writeUInt32BE(value, this.at - 4);
    return this;
  }

  longlong(value: number): this {
    return this.long(Math.floor(value / 0x1_0000_0000)).long(value % 0x1_0000_0000);
  }

  shortstr(value: string): this {
    const length = Math.min(value.length, 255);
    this.octet(length);
    this.grow(length).write(value, this.at - length, length, 'latin1');
    return this;
  }

  longstr(value: string): this {
    this.long(value.length);
    this.grow(value.length).write(value, this.at - value.length, value.length, 'latin1');
    return this;
  }

  /** Overwrites four octets written before. */
  patchLong(at: number, value: number): void {
    this.buffer.writeUInt32BE(value, at);
  }

  raw(source: Buffer, start = 0, end = source.length): this {
    source.copy(this.grow(end - start), this.at - (end - start), start, end);
    return this;
  }

  table(fields: FieldTable): this {
    return this.sized(() => {
      for (const [name, field] of fields) this.shortstr(name).field(field);
    });
  }

  field(field: Field): this {
    this.octet(FIELD_CODES[field.type]);
    switch (field.type) {
      case 'bool':
        return this.octet(field.value ? 1 : 0);
      case 'byte':
        this.grow(1).writeInt8(field.value, this.at - 1);
        return this;
      case 'unsignedbyte':
        return this.octet(field.value);
      case 'short':
        this.grow(2).writeInt16BE(field.value, this.at - 2);
        return this;
      case 'unsignedshort':
        return this.short(field.value);
      case 'signedint':
        this.grow(4).writeInt32BE(field.value, this.at - 4);
        return this;
      case 'unsignedint':
        return this.long(field.value);
      case 'long':
        this.grow(8).writeBigInt64BE(field.value, this.at - 8);
        return this;
      case 'timestamp':
        this.grow(8).writeBigUInt64BE(field.value, this.at - 8);
        return this;
      case 'float':
        this.grow(4).writeFloatBE(field.value, this.at - 4);
        return this;
      case 'double':
        this.grow(8).writeDoubleBE(field.value, this.at - 8);
        return this;
      case 'decimal':
        return this.octet(field.value.scale).long(field.value.digits);
      case 'longstr':
      case 'binary':
        return this.longstr(field.value);
      case 'array':
        return this.sized(() => {
          for (const item of field.value) this.field(item);
        });
      case 'table':
        return this.table(field.value);
      case 'void':
        return this;
      default:
        throw field satisfies never;
    }
  }

  /** Writes a length of four octets, then what it counts. */
  private sized(content: () => void): this {
    const start = this.long(0).at;
    content();
    this.buffer.writeUInt32BE(this.at - start, start - 4);
    return this;
  }

  /** Makes room for so many bytes, moves past them, and answers the buffer that has them. */
  private grow(length: number): Buffer {
    const needed = this.at + length;
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, this.at);
      this.buffer = grown;
    }
    this.at = needed;
    return this.buffer;
  }
}
