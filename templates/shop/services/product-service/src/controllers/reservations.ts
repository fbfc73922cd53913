import type { HttpReply, HttpRequest, Service } from '@mscli/runtime';
import { type NewReservation, release, reserve } from '../models/reservation.js';

type OfOrder = { Params: { orderId: string } };

export const reservationsController = (service: Service) => ({
  reserve({ params, body }: HttpRequest<OfOrder & { Body: NewReservation }>) {
    return service.db.transaction((tx) => reserve(tx, { ...params, ...body }));
  },

  async release({ params }: HttpRequest<OfOrder>, reply: HttpReply) {
    await service.db.transaction((tx) => release(tx, params.orderId));
    return reply.code(204).send();
  },
});
