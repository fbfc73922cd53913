import { type HttpReply, type HttpRequest, type Service, z } from '@mscli/runtime';
import { newReservation, release, reserve } from '../models/reservation.js';

const params = z.object({ orderId: z.uuid() });

export const reservationsController = (service: Service) => ({
  reserve(request: HttpRequest) {
    const { orderId } = params.parse(request.params);
    const wanted = newReservation.parse(request.body);
    return service.db.transaction((tx) => reserve(tx, { orderId, ...wanted }));
  },

  async release(request: HttpRequest, reply: HttpReply) {
    const { orderId } = params.parse(request.params);
    await service.db.transaction((tx) => release(tx, orderId));
    return reply.code(204).send();
  },
});
