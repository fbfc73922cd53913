/** Frame types (AMQP 0-9-1 §4.2.3). */
export const FRAME = { METHOD: 1, HEADER: 2, BODY: 3, HEARTBEAT: 8 } as const;

/** The octet that ends each frame. */
export const FRAME_END = 0xce;

/** Octets of a frame around its payload: type, channel, size, end. */
export const FRAME_OVERHEAD = 8;

/** No frame-max below this may be negotiated (AMQP 0-9-1 §4.2.3). */
export const FRAME_MIN_SIZE = 4096;

/** The largest frame before a connection is tuned: room for a start-ok with a token in it (RabbitMQ 4.0's initial_frame_max). */
export const INITIAL_FRAME_MAX = 8192;

export const PROTOCOL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);

export const BASIC_CLASS = 60;
