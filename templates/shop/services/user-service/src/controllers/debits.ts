import { type HttpReply, type HttpRequest, type Service, z } from '@mscli/runtime';
import { debit, newDebit, refund } from '../models/debit.js';

const params = z.object({ userId: z.uuid(), orderId: z.uuid() });

export const debitsController = (service: Service) => ({
  debit(request: HttpRequest) {
    const { userId, orderId } = params.parse(request.params);
    const { amount } = newDebit.parse(request.body);
    return service.db.transaction((tx) => debit(tx, { orderId, userId, amount }));
  },

  async refund(request: HttpRequest, reply: HttpReply) {
    const { userId, orderId } = params.parse(request.params);
    await service.db.transaction((tx) => refund(tx, { orderId, userId }));
    return reply.code(204).send();
  },
});
