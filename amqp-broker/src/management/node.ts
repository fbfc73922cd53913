/** The one node's name. */
export const NODE = 'amqp-broker@localhost';
