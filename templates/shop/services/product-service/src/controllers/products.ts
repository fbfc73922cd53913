import { type HttpRequest, Rejected, type Service, z } from '@mscli/runtime';
import { findProduct, listProducts } from '../models/product.js';

const params = z.object({ id: z.string() });

export const productsController = (service: Service) => ({
  list: () => listProducts(service.db),

  async show(request: HttpRequest) {
    const { id } = params.parse(request.params);
    const product = await findProduct(service.db, id);
    if (!product) throw new Rejected(`There is no product "${id}".`, { status: 404 });
    return product;
  },
});
