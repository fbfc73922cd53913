import type { HttpReply, HttpRequest, Service } from '@mscli/runtime';
import { type Debit, debit, refund } from '../models/debit.js';

type OfOrder = { Params: Pick<Debit, 'userId' | 'orderId'> };

export const debitsController = (service: Service) => ({
  debit({ params, body }: HttpRequest<OfOrder & { Body: Pick<Debit, 'amount'> }>) {
    return service.db.transaction((tx) => debit(tx, { ...params, ...body }));
  },

  async refund({ params }: HttpRequest<OfOrder>, reply: HttpReply) {
    await service.db.transaction((tx) => refund(tx, params));
    return reply.code(204).send();
  },
});
